package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// write puts lines below a header into a file.
func write(t *testing.T, name string, columns []string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	text := strings.Join(append([]string{strings.Join(columns, ",")}, lines...), "\n") + "\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func load(t *testing.T, deposits, payments []string) (*Story, error) {
	t.Helper()
	return LoadStory(write(t, "deposits.csv", depositColumns, deposits...),
		write(t, "payments.csv", paymentColumns, payments...), devnet.DefaultManifest())
}

const opensAoi = "D1,ok,bank-a,aoi,individual,200000,1000000,2000000,retail=400000 energy=5,500000,A-1,salary"

func TestLoadStory(t *testing.T) {
	story, err := load(t, []string{"# a comment", opensAoi, "D2,ok,bank-a,aoi,,,,,,7,A-2,"},
		[]string{"P1,frozen,retail,pay,aoi,ren,12,,lunch"})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"aoi": "bank-a"}, story.Banks)
	require.Equal(t, []string{"aoi"}, story.Customers)
	require.Len(t, story.Tasks, 3)

	first := story.Tasks[0]
	require.Equal(t, 3, first.Source.Line)
	require.Empty(t, first.Fault)
	require.Equal(t, &Opening{
		Bank: "bank-a", Kind: "individual", PerPayment: 200_000, PerDay: 1_000_000, Balance: 2_000_000,
		Zones: []ZoneLimit{{"retail", 400_000}, {"energy", 5}},
	}, first.Open)
	require.Equal(t, "issue aoi ¥500,000 (A-1)", first.Describe())

	require.Nil(t, story.Tasks[1].Open)
	require.Equal(t, int64(7), story.Tasks[1].AmountYen)

	payment := story.Tasks[2]
	require.Equal(t, "pay aoi → ren ¥12", payment.Describe())
	require.Equal(t, Reason("frozen"), payment.Expect)
	require.Equal(t, "lunch", payment.Note)
	require.True(t, strings.HasSuffix(payment.Source.String(), "payments.csv:2: row P1"))
}

func TestExampleStory(t *testing.T) {
	examples := filepath.Join("..", "..", "..", "..", "examples")
	story, err := LoadStory(filepath.Join(examples, "deposits.csv"), filepath.Join(examples, "payments.csv"), devnet.DefaultManifest())
	require.NoError(t, err)
	require.Len(t, story.Customers, 10)
	for _, task := range story.Tasks {
		require.Equal(t, task.Expect == Malformed, task.Fault != "", "%s: %s", task.Source, task.Fault)
	}
}

func TestFaultyDeposits(t *testing.T) {
	for _, test := range []struct{ name, line, want string }{
		{"amount is no number", "D2,malformed,bank-a,aoi,,,,,,12.5,A-2,", `amount: expected whole yen from 1 to 1000000000000000, got "12.5"`},
		{"amount is zero", "D2,malformed,bank-a,aoi,,,,,,0,A-2,", `amount: expected whole yen from 1 to 1000000000000000, got "0"`},
		{
			"amount is too much", "D2,malformed,bank-a,aoi,,,,,,1000000000000001,A-2,",
			`amount: expected whole yen from 1 to 1000000000000000, got "1000000000000001"`,
		},
		{"no reference", "D2,malformed,bank-a,aoi,,,,,,5,,", "reference: expected some text, got none"},
		{"no customer", "D2,malformed,bank-a,,individual,1,1,1,,5,A-2,", "customer: expected some text, got none"},
		{"another bank", "D2,malformed,bank-b,aoi,,,,,,5,A-2,", `bank: expected bank-a, which is the bank of aoi, got "bank-b"`},
		{"unknown bank", "D2,malformed,bank-x,ren,individual,1,1,1,,5,A-2,", `bank: expected one of bank-a, bank-b, bank-c, bank-d, got "bank-x"`},
		{"terms again", "D2,malformed,bank-a,aoi,individual,,,,,5,A-2,", `kind: expected nothing, got "individual"`},
		{"no terms", "D2,malformed,bank-a,ren,,1,1,1,,5,A-2,", `kind: expected one of individual, business, bank_own, got ""`},
		{"no limit", "D2,malformed,bank-a,ren,business,,1,1,,5,A-2,", `per_payment: expected whole yen from 1 to 1000000000000000, got ""`},
		{"unknown zone", "D2,malformed,bank-a,ren,business,1,1,1,moon=5,5,A-2,", `zones: expected some of retail, energy, got "moon"`},
		{
			"zone without limit", "D2,malformed,bank-a,ren,business,1,1,1,retail,5,A-2,",
			`zones: retail: expected whole yen from 1 to 1000000000000000, got ""`,
		},
		{"zone twice", "D2,malformed,bank-a,ren,business,1,1,1,retail=1 retail=2,5,A-2,", `zones: expected each zone once, got "retail" again`},
		{"short row", "D2,malformed,bank-a,ren,business,1,1,1,,5,A-2", "expected 12 fields, got 11"},
		{"long row", "D2,malformed,bank-a,ren,business,1,1,1,,5,A-2,,", "expected 12 fields, got 13"},
		{"no row name", ",malformed,bank-a,aoi,,,,,,5,A-2,", "row: expected some text, got none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			story, err := load(t, []string{opensAoi, test.line}, nil)
			require.NoError(t, err)
			require.Equal(t, test.want, story.Tasks[1].Fault)
			require.Equal(t, []string{"aoi"}, story.Customers, "a faulty row opens nothing")
		})
	}
}

func TestFaultyPayments(t *testing.T) {
	for _, test := range []struct{ name, line, want string }{
		{
			"unknown type", "P1,malformed,financial,steal,aoi,ren,5,,",
			`type: expected one of pay, charge, discharge, redeem, decline, freeze, unfreeze, got "steal"`,
		},
		{"unknown payer", "P1,malformed,financial,pay,zoe,aoi,5,,", `from: expected a customer of the deposits file, got "zoe"`},
		{"no payee", "P1,malformed,financial,pay,aoi,,5,,", "to: expected some text, got none"},
		{"unknown zone", "P1,malformed,moon,pay,aoi,ren,5,,", `zone: expected one of financial, retail, energy, got "moon"`},
		{"charge of the Financial Zone", "P1,malformed,financial,charge,aoi,,5,,", `zone: expected one of retail, energy, got "financial"`},
		{"charge with payee", "P1,malformed,retail,charge,aoi,ren,5,,", `to: expected nothing, got "ren"`},
		{"redeem in a Business Zone", "P1,malformed,retail,redeem,aoi,,5,R,", `zone: expected one of financial, got "retail"`},
		{"redeem without reference", "P1,malformed,financial,redeem,aoi,,5,,", "reference: expected some text, got none"},
		{"freeze with amount", "P1,malformed,financial,freeze,aoi,,5,,", `amount: expected nothing, got "5"`},
		{"short row", "P1,malformed,financial,pay,aoi", "expected 9 fields, got 5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			story, err := load(t, []string{opensAoi}, []string{test.line})
			require.NoError(t, err)
			require.Equal(t, test.want, story.Tasks[1].Fault)
		})
	}
}

func TestUnreadableStories(t *testing.T) {
	_, err := load(t, []string{"D1,maybe,bank-a,aoi"}, nil)
	require.ErrorContains(t, err, "deposits.csv:2: row D1: expect: expected one of ok, malformed, frozen, ")
	_, err = load(t, []string{opensAoi}, []string{"P1"})
	require.ErrorContains(t, err, `payments.csv:2: row P1: expect: expected one of ok, `)
	_, err = load(t, []string{opensAoi, opensAoi}, nil)
	require.ErrorContains(t, err, `deposits.csv:3: expected a row name of its own, got "D1" as in line 2`)
	_, err = load(t, []string{`D1,ok,"bank`}, nil)
	require.ErrorContains(t, err, "deposits.csv: ")

	_, err = LoadStory("/no/such/file.csv", "", devnet.DefaultManifest())
	require.EqualError(t, err, "read rows: open /no/such/file.csv: no such file or directory")
	deposits := write(t, "deposits.csv", depositColumns)
	_, err = LoadStory(deposits, deposits, devnet.DefaultManifest())
	require.ErrorContains(t, err, "deposits.csv:1: expected the header row,expect,zone,")
	empty := filepath.Join(t.TempDir(), "empty.csv")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	_, err = LoadStory(empty, empty, devnet.DefaultManifest())
	require.ErrorContains(t, err, "empty.csv: expected the header row,expect,bank,")
}
