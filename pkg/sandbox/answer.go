package sandbox

// An answer is the content of a successful response, after the request id.
type answer struct {
	node
}

func answerOf(nodes ...node) *answer { return &answer{node{nodes: nodes}} }

// done returns the answer of an action without a result.
func done() *answer { return answerOf(leaf("return", "true")) }
