// Command azrelay relays IBC packets between a hub and its zones.
package main

import (
	"os"

	"github.com/azukari-network/azukari/relayer/cli"
)

func main() { os.Exit(cli.Main()) }
