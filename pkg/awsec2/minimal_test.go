package awsec2

import "testing"

// The SDK's validation accepts the smallest input of each operation.
func TestMinimal(t *testing.T) {
	for _, op := range Operations() {
		input := op.Minimal(func(member string) string { return member })
		if missing, err := op.Missing(input); err != nil || len(missing) > 0 || len(input) < len(op.Required()) {
			t.Errorf("%s: %v lacks %v, %v", op.Name, input, missing, err)
		}
	}
}
