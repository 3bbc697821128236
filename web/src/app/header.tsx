import { useFleet } from '../live/fleet';
import { LinkBadge } from '../live/link-badge';
import { texts } from '../texts/en';
import { Icon, type IconName } from './icon';
import { Link } from './link';
import { useLocation } from './location';
import { type ThemeChoice, useTheme } from './theme';

const PAGES: readonly { to: string; text: string; icon: IconName; needs: string }[] = [
  { to: '/', text: texts.nav.live, icon: 'live', needs: 'live.read' },
  { to: '/trips', text: texts.nav.trips, icon: 'trips', needs: 'trips.read' },
  { to: '/drivers', text: texts.nav.drivers, icon: 'drivers', needs: 'scorecards.read' },
];

const THEME_ICONS: Readonly<Record<ThemeChoice, IconName>> = { system: 'system', light: 'sun', dark: 'moon' };

export const Header = ({ onLogOut }: { onLogOut: () => void }) => {
  const { session, may } = useFleet();
  const { path } = useLocation();
  const { choice, next } = useTheme();
  const current = `/${path.split('/')[1] ?? ''}`;
  return (
    <header className="header">
      <Link to="/" className="brand">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span className="brand-name">{texts.product}</span>
      </Link>
      <nav className="nav" aria-label={texts.nav.label}>
        {PAGES.filter(({ needs }) => may(needs)).map(({ to, text, icon }) => (
          <Link key={to} to={to} className="nav-link" current={current === to}>
            <Icon name={icon} />
            <span>{text}</span>
          </Link>
        ))}
      </nav>
      <div className="header-end">
        <LinkBadge />
        <span className="account" title={session.role}>
          {texts.account.as(session.name, session.role)}
        </span>
        <button
          type="button"
          className="icon-button plain"
          aria-label={texts.theme[choice]}
          title={texts.theme[choice]}
          onClick={next}
        >
          <Icon name={THEME_ICONS[choice]} />
        </button>
        <button
          type="button"
          className="icon-button plain"
          aria-label={texts.account.logOut}
          title={texts.account.logOut}
          onClick={onLogOut}
        >
          <Icon name="logOut" />
        </button>
      </div>
    </header>
  );
};
