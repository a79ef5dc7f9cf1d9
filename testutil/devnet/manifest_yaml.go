package devnet

import (
	"fmt"
	"os"

	"gopkg.in/yaml.v3"

	"github.com/azukari-network/azukari/app/strictyaml"
)

// LoadManifest reads a manifest file. What the file leaves out is as in [DefaultManifest]; a list replaces the
// default list. Errors are one line, with the file, the line where it is known, and what was expected.
func LoadManifest(path string) (Manifest, error) {
	data, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest: %w", err)
	}
	manifest, err := ParseManifest(data)
	if err != nil {
		return Manifest{}, fmt.Errorf("manifest %s: %w", path, err)
	}
	return manifest, nil
}

// ParseManifest is [LoadManifest] on bytes.
func ParseManifest(data []byte) (Manifest, error) {
	manifest := DefaultManifest()
	if err := strictyaml.Decode(data, &manifest); err != nil {
		return Manifest{}, err
	}
	for i := range manifest.Zones {
		manifest.Zones[i].ChainID = manifest.Zones[i].chainID()
	}
	if err := manifest.Validate(); err != nil {
		return Manifest{}, err
	}
	return manifest, nil
}

// Marshal writes the manifest so that ParseManifest reads it back.
func (m Manifest) Marshal() ([]byte, error) { return yaml.Marshal(m) }
