package types

import "fmt"

// DefaultGenesis is no holds.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Holds: []Hold{}, NextId: 1}
}

// Validate returns the first fault found, in one line. Whether the module's account covers the holds is for x/audit to
// say, which sees the balances.
func (g GenesisState) Validate() error {
	var previous uint64
	for i, hold := range g.Holds {
		if err := hold.Validate(); err != nil {
			return fmt.Errorf("hold genesis: hold %d: %w", i, err)
		}
		if hold.Id <= previous {
			return fmt.Errorf("hold genesis: expected ids in ascending order without repeats, got %d after %d", hold.Id, previous)
		}
		previous = hold.Id
	}
	if g.NextId <= previous {
		return fmt.Errorf("hold genesis: expected next_id above %d, got %d", previous, g.NextId)
	}
	return nil
}
