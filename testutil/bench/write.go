package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Files of a result.
const (
	ResultFile = "result.json"
	PageFile   = "index.html"
)

// write writes the result and the page into a directory.
func (r *Result) write(dir string) error {
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, ResultFile), append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return r.writePage(dir)
}
