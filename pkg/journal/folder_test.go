package journal

// path returns the path of a file of a journal in a folder.
func (j *Journal) path(elem ...string) string { return j.store.(*folder).path(elem...) }

func (e *Entry) add(line Record, durable durability) error {
	return e.run.(*folderRun).add(line, durable)
}
