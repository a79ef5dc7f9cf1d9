package txcache

import (
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"

	"github.com/azukari-network/azukari/testutil/keepertest"
)

// verifying is a VerifyOnce above the SDK's decorator, whose calls it counts, and an account that has the suite's key.
type verifying struct {
	*suite

	fixture  *keepertest.Fixture
	once     VerifyOnce
	verified int
}

// AnteHandle implements sdk.AnteDecorator.
func (v *verifying) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	v.verified++
	return ante.NewSigVerificationDecorator(v.fixture.Account, v.TxConfig.SignModeHandler()).AnteHandle(ctx, tx, simulate, next)
}

func newVerifying(t *testing.T) *verifying {
	t.Helper()
	v := &verifying{suite: newSuite(t), fixture: keepertest.New(t, keepertest.Options{})}
	v.fixture.Ctx = v.fixture.Ctx.WithChainID("zone").WithIsSigverifyTx(true).WithBlockHeight(5)
	v.once = newVerifyOnce(v, v.fixture.Account)
	v.account(t, 7, v.sequence+1)
	return v
}

// account gives the suite's key an account.
func (v *verifying) account(t *testing.T, number, sequence uint64) {
	t.Helper()
	account := v.fixture.Account.NewAccountWithAddress(v.fixture.Ctx, sdk.AccAddress(v.key.PubKey().Address()))
	require.NoError(t, account.SetAccountNumber(number))
	require.NoError(t, account.SetSequence(sequence))
	require.NoError(t, account.SetPubKey(v.key.PubKey()))
	v.fixture.Account.SetAccount(v.fixture.Ctx, account)
}

// handle returns how often the SDK's decorator was asked, the gas used, and the error.
func (v *verifying) handle(t *testing.T, ctx sdk.Context, raw []byte, simulate bool) (verified int, gas storetypes.Gas, passed bool, err error) {
	t.Helper()
	tx, err := v.TxConfig.TxDecoder()(raw)
	require.NoError(t, err)
	before := v.verified
	ctx = ctx.WithTxBytes(raw).WithGasMeter(storetypes.NewGasMeter(1_000_000))
	_, err = v.once.AnteHandle(ctx, tx, simulate, func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) {
		passed = true
		return ctx, nil
	})
	return v.verified - before, ctx.GasMeter().GasConsumed(), passed, err
}

// A transaction that was verified is not verified again, and costs the same gas.
func TestVerifiedOnce(t *testing.T) {
	v := newVerifying(t)
	raw := v.sign(t, v.send())
	verified, gas, passed, err := v.handle(t, v.fixture.Ctx, raw, false)
	require.NoError(t, err)
	require.Equal(t, 1, verified)
	require.True(t, passed)
	require.Positive(t, gas)
	verified, again, passed, err := v.handle(t, v.fixture.Ctx, raw, false)
	require.NoError(t, err)
	require.Zero(t, verified)
	require.True(t, passed)
	require.Equal(t, gas, again)
}

// What is not known, in whatever part, is verified: with the SDK's outcome, gas, and nothing remembered of what failed.
func TestEverythingElseIsVerified(t *testing.T) {
	v := newVerifying(t)
	raw, ctx := v.sign(t, v.send()), v.fixture.Ctx
	_, _, _, err := v.handle(t, ctx, raw, false)
	require.NoError(t, err)
	other := changed(t, raw, func(body *txtypes.TxBody, _ *txtypes.AuthInfo) { body.Memo = "for somebody else" })
	for name, test := range map[string]struct {
		raw     []byte
		ctx     sdk.Context
		before  func()
		failure error
	}{
		"other bytes":     {other, ctx, nil, sdkerrors.ErrUnauthorized},
		"other chain":     {raw, ctx.WithChainID("mars"), nil, sdkerrors.ErrUnauthorized},
		"other number":    {raw, ctx, func() { v.account(t, 8, 1) }, sdkerrors.ErrUnauthorized},
		"other sequence":  {raw, ctx, func() { v.account(t, 7, 2) }, sdkerrors.ErrWrongSequence},
		"in a genesis":    {raw, ctx.WithBlockHeight(0), nil, sdkerrors.ErrUnauthorized},
		"not to be":       {other, ctx.WithIsSigverifyTx(false), nil, nil},
		"of a recheck":    {other, ctx.WithIsReCheckTx(true), nil, nil},
		"of another key":  {raw, ctx, func() { v.setKey(t, secp256k1.GenPrivKeyFromSecret([]byte("another"))) }, sdkerrors.ErrUnauthorized},
		"of nobody known": {raw, ctx, func() { v.forget(t) }, sdkerrors.ErrUnknownAddress},
	} {
		t.Run(name, func(t *testing.T) {
			v.account(t, 7, 1)
			if test.before != nil {
				test.before()
			}
			for range 2 {
				verified, gas, passed, err := v.handle(t, test.ctx, test.raw, false)
				require.Equal(t, 1, verified)
				require.Equal(t, test.failure == nil, passed)
				require.ErrorIs(t, err, test.failure)
				require.Equal(t, v.gasOfTheSDK(t, test.ctx, test.raw), gas)
			}
		})
	}
	v.account(t, 7, 1)
	verified, _, passed, err := v.handle(t, ctx, raw, true)
	require.NoError(t, err)
	require.Equal(t, 1, verified, "a simulation")
	require.True(t, passed)
	verified, _, _, err = v.handle(t, ctx, raw, false)
	require.NoError(t, err)
	require.Zero(t, verified, "the first one is still known")
}

func (v *verifying) gasOfTheSDK(t *testing.T, ctx sdk.Context, raw []byte) storetypes.Gas {
	t.Helper()
	tx, err := v.TxConfig.TxDecoder()(raw)
	require.NoError(t, err)
	ctx = ctx.WithTxBytes(raw).WithGasMeter(storetypes.NewGasMeter(1_000_000))
	_, _ = ante.NewSigVerificationDecorator(v.fixture.Account, v.TxConfig.SignModeHandler()).AnteHandle(ctx, tx, false,
		func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil })
	return ctx.GasMeter().GasConsumed()
}

func (v *verifying) setKey(t *testing.T, key *secp256k1.PrivKey) {
	t.Helper()
	account := v.fixture.Account.GetAccount(v.fixture.Ctx, sdk.AccAddress(v.key.PubKey().Address()))
	require.NoError(t, account.SetPubKey(key.PubKey()))
	v.fixture.Account.SetAccount(v.fixture.Ctx, account)
}

func (v *verifying) forget(t *testing.T) {
	t.Helper()
	v.fixture.Account.RemoveAccount(v.fixture.Ctx, v.fixture.Account.GetAccount(v.fixture.Ctx, sdk.AccAddress(v.key.PubKey().Address())))
}
