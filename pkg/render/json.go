package render

import (
	"bytes"
	"encoding/json"
)

func writeJSON(out *bytes.Buffer, value any) error {
	if isEmptyObject(value) {
		return nil
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "    ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
