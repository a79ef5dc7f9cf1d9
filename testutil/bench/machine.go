package bench

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// thisMachine says where a measurement was made, and which settings its nodes got from the environment.
func thisMachine() Machine {
	machine := Machine{Cores: runtime.NumCPU(), Go: runtime.Version(), Environment: map[string]string{}}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		// A variable of fzd's, such as FZD_PERFORMANCE_GC_PERCENT, takes the place of a setting in its files.
		if slices.Contains([]string{"GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GODEBUG"}, name) || strings.HasPrefix(name, "FZD_") {
			machine.Environment[name] = value
		}
	}
	// Without /proc the page says that it does not know.
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		machine.CPU = field(string(raw), "model name")
	}
	if raw, err := os.ReadFile("/proc/meminfo"); err == nil {
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field(string(raw), "MemTotal"), " kB"), 10, 64)
		if err == nil {
			machine.MemoryBytes = kilobytes << 10
		}
	}
	return machine
}

// field returns the value of the first line "name : value".
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
