package bench

import "math/rand/v2"

// payment is one payment of the load. Its amount is all that the payer holds when it is made.
type payment struct {
	payer, payee int
	amount       uint64
	// round counts from 0 how often the payer has paid before.
	round int
}

// schedule is who pays whom: in each round every account pays everything that it holds to another account, and gets what a third
// one held. So every payment of the load can be made, however many rounds there are, and who pays whom is random.
type schedule struct {
	accounts *population
	// order is the order in which accounts pay in each round.
	order []uint32
	// shifts says for each round how far behind the payer, in order, its payee comes; moved is the sum of the shifts of the rounds before.
	// A shift is a quarter of all accounts or more: what an account gets in one round has long been paid when it pays it on.
	shifts, moved []int
}

// newSchedule returns the schedule of a number of payments.
func newSchedule(accounts *population, seed string, payments int) *schedule {
	count := accounts.count()
	source := random(seed, "payments")
	s := &schedule{accounts: accounts, order: make([]uint32, count)}
	for i := range s.order {
		s.order[i] = uint32(i)
	}
	source.Shuffle(count, func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	for moved, made := 0, 0; made < payments; made += count {
		shift := shiftOf(source, count)
		s.shifts, s.moved = append(s.shifts, shift), append(s.moved, moved)
		moved = (moved + shift) % count
	}
	return s
}

func shiftOf(source *rand.Rand, count int) int { return count/4 + source.IntN(count/2) }

// at returns a payment, counted from 0.
func (s *schedule) at(n int) payment {
	count := len(s.order)
	round, place := n/count, n%count
	// What the payer holds has come from place to place with the shifts of all rounds before.
	origin := (place - s.moved[round] + count) % count
	return payment{
		payer: int(s.order[place]), payee: int(s.order[(place+s.shifts[round])%count]),
		amount: s.accounts.units(int(s.order[origin])), round: round,
	}
}
