package example

import (
	"fmt"
	"strings"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
)

// requestTime is how long requests of examples stay open: longer than any of them runs.
const requestTime = 24 * time.Hour

// parties are payer and payee, or the other way round, and what is paid.
func (c *call) parties() (first, second person, err error) {
	if first, err = c.person(); err != nil {
		return first, second, err
	}
	second, err = c.person()
	return first, second, err
}

func balances(c *call) (string, error) {
	var lines []string
	for c.more() {
		name, err := c.next("a name")
		if err != nil {
			return "", err
		}
		one, err := c.personNamed(name)
		if err != nil {
			return "", err
		}
		answer, err := banktypes.NewQueryClient(c.zone.Client().GRPC()).AllBalances(c.ctx, &banktypes.QueryAllBalancesRequest{Address: one.String()})
		if err != nil {
			return "", err
		}
		lines = append(lines, name+": "+c.list(answer.Balances))
	}
	return strings.Join(lines, "\n"), nil
}

func pay(c *call) (string, error) {
	payer, payee, err := c.parties()
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	return c.sendOK(payer, &paymenttypes.MsgPay{
		Payer: payer.String(), Payee: payee.String(), Amount: amount,
		Reference: c.text("reference"), Invoice: c.text("invoice"), MaxFee: math.ZeroInt(),
	})
}

func split(c *call) (string, error) {
	payer, err := c.person()
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	msg := &paymenttypes.MsgPaySplit{Payer: payer.String(), Amount: amount, Reference: c.text("reference"), MaxFee: math.ZeroInt()}
	lines := c.lines()
	for _, words := range lines {
		if len(words) != 2 {
			return "", c.mistake("expected NAME WEIGHT, got %q", strings.Join(words, " "))
		}
		payee, err := c.personNamed(words[0])
		if err != nil {
			return "", err
		}
		weight, err := parseCount(words[1])
		if err != nil {
			return "", c.mistake("weight: %s", err)
		}
		msg.Shares = append(msg.Shares, paymenttypes.SplitShare{Payee: payee.String(), Weight: weight})
	}
	var answer paymenttypes.MsgPaySplitResponse
	if err := c.sendFor(payer, &answer, msg); err != nil {
		return "", err
	}
	texts := make([]string, len(answer.Amounts))
	for i, part := range answer.Amounts {
		texts[i] = fmt.Sprintf("%s: %s", lines[i][0], c.words(sdk.NewCoin(amount.Denom, part)))
	}
	return strings.Join(texts, "\n"), nil
}

func request(c *call) (string, error) {
	payee, payer, err := c.parties()
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	expiry, err := c.now()
	if err != nil {
		return "", err
	}
	return c.sendOK(payee, &paymenttypes.MsgRequestPayment{
		Payee: payee.String(), Payer: payer.String(), Amount: amount, Reference: c.text("reference"), Invoice: c.text("invoice"),
		Partial: c.flag("parts"), ExpiresAt: expiry.Add(requestTime),
	})
}

func payRequest(c *call) (string, error) {
	payer, payee, err := c.parties()
	if err != nil {
		return "", err
	}
	asked, err := c.next("the payee's reference of the request")
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	var answer paymenttypes.MsgPayRequestResponse
	err = c.sendFor(payer, &answer, &paymenttypes.MsgPayRequest{
		Payer: payer.String(), Payee: payee.String(), Request: asked, Reference: c.text("reference"), Amount: amount, MaxFee: math.ZeroInt(),
	})
	if err != nil {
		return "", err
	}
	return "left: " + c.words(sdk.NewCoin(amount.Denom, answer.Left)), nil
}

func rejectRequest(c *call) (string, error) {
	payer, payee, err := c.parties()
	if err != nil {
		return "", err
	}
	asked, err := c.next("the payee's reference of the request")
	if err != nil {
		return "", err
	}
	return c.sendOK(payer, &paymenttypes.MsgRejectRequest{
		Payer: payer.String(), Payee: payee.String(), Request: asked, Reason: c.text("reason"),
	})
}

func mandate(c *call) (string, error) {
	payer, payee, err := c.parties()
	if err != nil {
		return "", err
	}
	caps := map[string]sdk.Coin{}
	for _, name := range []string{"each", "month", "total"} {
		if caps[name], err = c.coin(c.text(name)); err != nil {
			return "", c.mistake("%s: %s", name, err)
		}
	}
	return c.sendOK(payer, &paymenttypes.MsgGrantMandate{
		Payer: payer.String(), Reference: c.text("reference"), Payee: payee.String(), Denom: caps["each"].Denom,
		PerPull: caps["each"].Amount, PerPeriod: caps["month"].Amount, Period: paymenttypes.PeriodMonth, Total: caps["total"].Amount,
		MaxFee: math.ZeroInt(),
	})
}

func pull(c *call) (string, error) {
	payee, payer, err := c.parties()
	if err != nil {
		return "", err
	}
	under, err := c.next("the payer's reference of the mandate")
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	return c.sendOK(payee, &paymenttypes.MsgPullPayment{
		Puller: payee.String(), Payer: payer.String(), Mandate: under, Amount: amount, Reference: c.text("reference"),
	})
}

func revoke(c *call) (string, error) {
	payer, err := c.person()
	if err != nil {
		return "", err
	}
	under, err := c.next("the reference of the mandate")
	if err != nil {
		return "", err
	}
	return c.sendOK(payer, &paymenttypes.MsgRevokeMandate{Payer: payer.String(), Mandate: under})
}

func refund(c *call) (string, error) {
	payee, payer, err := c.parties()
	if err != nil {
		return "", err
	}
	payment, err := c.next("the payer's reference of the payment")
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	var answer paymenttypes.MsgRefundPaymentResponse
	err = c.sendFor(payee, &answer, &paymenttypes.MsgRefundPayment{
		Payee: payee.String(), Payer: payer.String(), Payment: payment, Amount: amount, Reference: c.text("reference"),
	})
	if err != nil {
		return "", err
	}
	return "may still be refunded: " + c.words(sdk.NewCoin(amount.Denom, answer.Left)), nil
}

func discharge(c *call) (string, error) {
	holder, err := c.person()
	if err != nil {
		return "", err
	}
	amount, err := c.amount()
	if err != nil {
		return "", err
	}
	return c.sendOK(holder, &businesstypes.MsgDischarge{Holder: holder.String(), Amount: amount})
}
