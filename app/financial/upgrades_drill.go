//go:build drill

package financial

import (
	"context"

	"github.com/azukari-network/azukari/app/base"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// upgrades are those of the version that `make drill-upgrade` builds as the next one. No release has them.
func (app *App) upgrades() []base.Upgrade {
	return []base.Upgrade{{Name: "drill", Migrate: func(ctx context.Context) error {
		answer, err := membershipkeeper.NewQueryServer(app.Membership).Params(ctx, &membershiptypes.QueryParamsRequest{})
		if err != nil {
			return err
		}
		params := answer.Params
		params.MissedWindow *= 2
		_, err = membershipkeeper.NewMsgServer(app.Membership).UpdateParams(ctx, &membershiptypes.MsgUpdateParams{
			Authority: app.Authority(), Params: params,
		})
		return err
	}}}
}
