package nodeconfig

import (
	"fmt"
	"path/filepath"

	"github.com/cosmos/cosmos-sdk/server"
)

// Read reads config.toml and app.toml of a node's home as the node itself does, without environment and flags. An error is one
// line.
func Read(home string) (Files, error) {
	reader := server.NewDefaultContext().Viper
	for _, name := range []string{cometFile, appFile} {
		file := filepath.Join(home, "config", name)
		reader.SetConfigFile(file)
		if err := reader.MergeInConfig(); err != nil {
			return Files{}, fmt.Errorf("expected the configuration of a node at %s: %w", file, err)
		}
	}
	comet := DefaultComet()
	if err := reader.Unmarshal(comet); err != nil {
		return Files{}, fmt.Errorf("%s: %w", cometFile, err)
	}
	comet.SetRoot(home)
	app, err := ReadApp(func(into any) error { return reader.Unmarshal(into) })
	if err != nil {
		return Files{}, err
	}
	return Files{Comet: comet, App: &app}, nil
}
