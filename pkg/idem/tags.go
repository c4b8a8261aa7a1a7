package idem

// TagMap returns the tags of a resource or of a tag specification, which the EC2 API has as a list of Key and Value. What is no
// such list has no tags.
func TagMap(list any) map[string]string {
	items, _ := list.([]any)
	tags := make(map[string]string, len(items))
	for _, item := range items {
		tag, _ := item.(map[string]any)
		if key, ok := tag["Key"].(string); ok {
			tags[key], _ = tag["Value"].(string)
		}
	}
	return tags
}
