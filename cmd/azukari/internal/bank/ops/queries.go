package ops

import "github.com/cosmos/cosmos-sdk/types/query"

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
