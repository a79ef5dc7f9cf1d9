package event_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
)

// samples have every kind of fields that events have, those that are left to the SDK too.
var samples = []proto.Message{
	&paymenttypes.EventPaymentMade{}, &paymenttypes.EventOrderRefused{}, &paymenttypes.EventPaymentWaiting{},
	&registrytypes.EventAccountReplicated{}, &registrytypes.EventAccountOpened{}, &clearingtypes.EventFlowSettled{},
	&deposittypes.EventOrderApproved{}, &membershiptypes.EventParamsUpdated{},
	&membershiptypes.EventOperatorChanged{}, &assettypes.EventUnitsTransferred{}, &settlementtypes.EventTradeSettled{},
}

// Whatever an event says, it is what the SDK makes of it, byte by byte.
func TestEventsAreTheSDKs(t *testing.T) {
	for _, sample := range samples {
		kind := reflect.TypeOf(sample).Elem()
		t.Run(kind.Name(), rapid.MakeCheck(func(r *rapid.T) {
			value := reflect.New(kind)
			fill(r, value.Elem())
			message, ok := value.Interface().(proto.Message)
			require.True(r, ok)
			want, err := sdk.TypedEventToEvent(message)
			require.NoError(r, err)
			got, err := event.Of(message)
			require.NoError(r, err)
			require.Equal(r, want, got)
		}))
	}
}

func TestEmit(t *testing.T) {
	ctx := sdk.Context{}.WithContext(t.Context()).WithEventManager(sdk.NewEventManager())
	require.NoError(t, event.Emit(ctx, &paymenttypes.EventOrderRefused{Reference: "A<B"}))
	events := ctx.EventManager().Events()
	require.Len(t, events, 1)
	parsed, err := sdk.ParseTypedEvent(events.ToABCIEvents()[0])
	require.NoError(t, err)
	require.Equal(t, "A<B", parsed.(*paymenttypes.EventOrderRefused).Reference) //nolint:forcetypeassert // or it panics
	require.ErrorContains(t, event.Emit(ctx, (*paymenttypes.EventOrderRefused)(nil)), "expected a message")
}

func fill(r *rapid.T, value reflect.Value) {
	for i := range value.NumField() {
		one, name := value.Field(i), value.Type().Field(i).Name
		switch one.Interface().(type) {
		case sdk.Coin:
			one.Set(reflect.ValueOf(sdk.Coin{Denom: text(r, name), Amount: amount(r, name)}))
			continue
		case math.Int:
			one.Set(reflect.ValueOf(amount(r, name)))
			continue
		case time.Time:
			one.Set(reflect.ValueOf(time.Unix(rapid.Int64Range(0, 1<<33).Draw(r, name), 0).UTC()))
			continue
		}
		switch one.Kind() {
		case reflect.String:
			one.SetString(text(r, name))
		case reflect.Bool:
			one.SetBool(rapid.Bool().Draw(r, name))
		case reflect.Uint64, reflect.Uint32:
			one.SetUint(rapid.Uint64().Draw(r, name))
		case reflect.Int64:
			one.SetInt(rapid.Int64().Draw(r, name))
		case reflect.Int32: // an enumeration, with words and without
			one.SetInt(rapid.Int64Range(0, 12).Draw(r, name))
		case reflect.Slice:
			if one.Type().Elem().Kind() == reflect.Uint8 && rapid.Bool().Draw(r, name) {
				one.SetBytes(rapid.SliceOf(rapid.Byte()).Draw(r, name))
			}
		}
	}
}

func text(r *rapid.T, name string) string {
	return strings.ToValidUTF8(rapid.OneOf(rapid.StringMatching(`[a-z0-9/"<>&\\ ]{0,40}`), rapid.String()).Draw(r, name), "")
}

func amount(r *rapid.T, name string) math.Int {
	switch rapid.IntRange(0, 3).Draw(r, name) {
	case 0:
		return math.Int{}
	case 1:
		return math.NewIntFromUint64(rapid.Uint64().Draw(r, name)).MulRaw(1_000_003)
	case 2:
		return math.NewInt(rapid.Int64().Draw(r, name))
	}
	return math.NewIntFromUint64(rapid.Uint64().Draw(r, name))
}

func BenchmarkEmit(b *testing.B) {
	message := &paymenttypes.EventPaymentMade{
		Payer: keepertest.Address("payer").String(), Payee: keepertest.Address("payee").String(), Amount: sdk.NewInt64Coin("jpy", 1_000),
		Fee: math.ZeroInt(), Reference: "P-17", Nonce: 7,
	}
	for name, of := range map[string]func(proto.Message) (sdk.Event, error){"sdk": sdk.TypedEventToEvent, "ours": event.Of} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := of(message)
				require.NoError(b, err)
			}
		})
	}
}
