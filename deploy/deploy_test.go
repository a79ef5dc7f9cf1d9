// Package deploy_test checks the files that organizations start from.
package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// service is what a unit or a Compose service starts.
type service struct {
	name, program string
	arguments     []string
}

// Every command and flag exists. The program says so itself: with --help it reads the whole line.
func TestCommandsExist(t *testing.T) {
	services := append(units(t), composed(t).started()...)
	require.GreaterOrEqual(t, len(services), 9)
	binaries, err := devnet.Binaries("fzd", "azrelay", "azukari")
	require.NoError(t, err)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, service.program), append(service.arguments, "--help")...) // #nosec G204 -- our own programs
			output, err := cmd.CombinedOutput()
			require.NoError(t, err, string(output))
			for _, argument := range service.arguments {
				if flag, found := strings.CutPrefix(argument, "--"); found {
					require.Regexp(t, `--`+regexp.QuoteMeta(flag)+`[ \n]`, string(output))
				}
			}
			words := slices.IndexFunc(service.arguments, func(word string) bool { return strings.HasPrefix(word, "-") })
			require.Contains(t, string(output), service.program+" "+strings.Join(service.arguments[:words], " ")+" ", "the help is that of the command")
		})
	}
}

// The units are what systemd understands; it wants to see users and programs, too, which are stood in for by this very machine's.
func TestUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed: it is in Debian's package systemd")
	}
	dir := t.TempDir()
	var names []string
	for _, path := range glob(t, "systemd/*.service") {
		text := regexp.MustCompile(`/usr/local/bin/\w+`).ReplaceAllString(read(t, path), "/bin/true")
		name := strings.Replace(filepath.Base(path), "@", "@tokyo-a", 1)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		names = append(names, filepath.Join(dir, name))
	}
	output, err := exec.CommandContext(t.Context(), analyze, append([]string{"verify", "--man=no"}, names...)...).CombinedOutput() // #nosec G204 -- the units above
	require.NoError(t, err, string(output))
	for line := range strings.Lines(string(output)) {
		require.NotContains(t, line, dir, "systemd has nothing to say about our units")
	}
}

// Nothing secret comes by the environment, every service of ours is hardened, and every file that is mounted from here exists.
func TestCompose(t *testing.T) {
	for name, service := range composed(t).Services {
		require.Empty(t, service.Environment, name)
		if service.Image == "azukari" {
			require.True(t, service.ReadOnly, name)
			require.Equal(t, []string{"ALL"}, service.CapDrop, name)
			require.Equal(t, "65532:65532", service.User, name)
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if strings.HasPrefix(source, ".") {
				_, err := os.Stat(filepath.Join("compose", source))
				require.NoError(t, err, name)
			}
		}
	}
	for line := range strings.Lines(read(t, "front/front.env")) {
		require.NotRegexp(t, `(?i)(secret|password|token|_key)=`, line)
	}
	require.NotRegexp(t, `(?i)\b(ARG|ENV)\b`, read(t, "compose/Dockerfile"), "an image has no settings of a site")
}

type compose struct {
	Services map[string]struct {
		Image, User string
		Command     []string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		Environment any
		Volumes     []string
		Healthcheck struct{ Test []string }
	}
}

func composed(t *testing.T) (file compose) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose/compose.yaml")), &file))
	return file
}

func (c compose) started() (all []service) {
	for name, one := range c.Services {
		if one.Image != "azukari" {
			continue
		}
		all = append(all, service{"compose " + name, filepath.Base(one.Command[0]), one.Command[1:]})
		if test := one.Healthcheck.Test; len(test) > 1 {
			all = append(all, service{"compose health of " + name, filepath.Base(test[1]), test[2:]})
		}
	}
	return all
}

func units(t *testing.T) (all []service) {
	t.Helper()
	for _, path := range glob(t, "systemd/*.service") {
		found := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/(\w+) (.*)$`).FindStringSubmatch(read(t, path))
		require.NotNil(t, found, path)
		all = append(all, service{fmt.Sprintf("unit %s", filepath.Base(path)), found[1], strings.Fields(found[2])})
	}
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths, pattern)
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path) // #nosec G304 -- a file of this folder
	require.NoError(t, err)
	return string(raw)
}
