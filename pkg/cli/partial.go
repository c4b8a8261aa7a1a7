package cli

import (
	"fmt"
	"strings"

	"github.com/awsidem/awsidem/pkg/idem"
)

// A partialError reports the parts of a request that EC2 refused while it created the rest.
type partialError struct{ failures []idem.Failure }

// Error names each part that EC2 refused.
func (e *partialError) Error() string {
	parts := make([]string, len(e.failures))
	for i, f := range e.failures {
		parts[i] = strings.TrimPrefix(fmt.Sprintf("%s: %s: %s", f.Part, f.Code, f.Message), ": ")
	}
	return "EC2 created only a part of what was asked for; it refused " + strings.Join(parts, "; ")
}
