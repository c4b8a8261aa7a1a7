package idem

// TagMap returns the tags in a list of structures with the members Key and Value, as the EC2 API has them. For any other value it returns
// an empty map.
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
