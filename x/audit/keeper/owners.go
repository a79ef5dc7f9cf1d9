package keeper

import "github.com/azukari-network/azukari/x/audit/types"

// lawOwners judges law 7: all yen outside of escrows and holds belongs to registered accounts that still live.
func lawOwners(all balances, yen string) types.Finding {
	return types.NewFinding(types.LawOwners, types.SubjectWholeZone, all.misplaced,
		types.NewFigure("accounts", all.banks.total()),
		types.NewFigure("ended_accounts", all.ended),
		types.NewFigure("escrows", all.escrows.total()),
		types.NewFigure("hold_module", all.held.of(yen)),
		types.NewFigure("other_modules", all.modules),
		types.NewFigure("strangers", all.strangers),
	)
}
