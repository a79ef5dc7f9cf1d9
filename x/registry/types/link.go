package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// ValidateLinks checks that links have known statuses and limits in range, and ascend by zone without repeats.
// It returns ErrInvalidLinks or ErrInvalidLimits.
func ValidateLinks(links []Link) error {
	for i, link := range links {
		if !idPattern.MatchString(link.Zone) {
			return errorsmod.Wrapf(ErrInvalidLinks, "expected zone id of 2 to 32 characters (a-z, 0-9, -), got %q", link.Zone)
		}
		if i > 0 && links[i-1].Zone >= link.Zone {
			return errorsmod.Wrapf(ErrInvalidLinks,
				"expected zones in ascending order without repeats, got %q after %q", link.Zone, links[i-1].Zone)
		}
		if err := validateLinkStatus(link); err != nil {
			return err
		}
		if err := link.Limits.Validate(); err != nil {
			return errorsmod.Wrapf(err, "link to zone %s", link.Zone)
		}
	}
	return nil
}

// CheckLinkedDayLimit returns ErrInvalidLinks if links together take more than the account's day limit.
func CheckLinkedDayLimit(limits Limits, links []Link) error {
	if linked := LinkedDayLimit(links); linked.GT(limits.PerDay) {
		return errorsmod.Wrapf(ErrInvalidLinks,
			"expected day limits of all links within the account's %s yen, got %s; lower a link's limit or raise the account's",
			limits.PerDay, linked)
	}
	return nil
}

func validateLinkStatus(link Link) error {
	switch link.Status {
	case LinkStatusRequested, LinkStatusPending, LinkStatusActive, LinkStatusUnlinking:
		return nil
	case LinkStatusUnspecified:
	}
	return errorsmod.Wrapf(ErrInvalidLinks, "expected a known status of the link to zone %s, got %s", link.Zone, link.Status)
}

// LinkedDayLimit returns the sum of the day limits of links, in yen.
func LinkedDayLimit(links []Link) math.Int {
	sum := math.ZeroInt()
	for _, link := range links {
		sum = sum.Add(link.Limits.PerDay)
	}
	return sum
}
