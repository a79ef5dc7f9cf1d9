package ops

import (
	"regexp"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// pageLimit is how many rows are asked of a node at once.
const pageLimit = 1_000

// allPages asks for one page after the other until there is no next one.
func allPages(ask func(page *query.PageRequest) (*query.PageResponse, error)) error {
	page := &query.PageRequest{Limit: pageLimit}
	for {
		answer, err := ask(page)
		if err != nil {
			return err
		}
		if answer == nil || len(answer.NextKey) == 0 {
			return nil
		}
		page = &query.PageRequest{Key: answer.NextKey, Limit: pageLimit}
	}
}

// wholeYen is an amount as people and core ledgers write it: digits, no sign, no separators, no leading zero.
var wholeYen = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})$`)

// ParseYen reads an amount of 1 to 10^15 whole yen.
func ParseYen(text string) (math.Int, error) {
	amount, ok := math.NewIntFromString(text)
	if !wholeYen.MatchString(text) || !ok || !amount.IsPositive() || amount.GT(registrytypes.MaxLimit) {
		return math.Int{}, badInputf("", "expected whole yen from 1 to %s, digits only, got %q", registrytypes.MaxLimit, text)
	}
	return amount, nil
}

func parseYen(field, text string) (math.Int, error) {
	amount, err := ParseYen(text)
	if err != nil {
		return math.Int{}, badInput(field, err)
	}
	return amount, nil
}
