import { useState } from 'react';
import { useFleet } from '../live/fleet';
import { LinkBadge } from '../live/link-badge';
import { texts } from '../texts/texts';
import { Menu } from '../ui/menu';
import { useShortcuts } from '../ui/shortcuts';
import { ShortcutsHelp } from '../ui/shortcuts-help';
import { Icon } from './icon';
import { Link } from './link';
import { navigate, useLocation } from './location';
import { PreferencesForm } from './preferences-form';
import { type PageRoute, pagesFor, pathOf } from './routes';

/** Where one can go, whether it is live, and who one is. On phones the pages are behind a button. */
export const Header = ({ onLogOut }: { onLogOut: () => void }) => {
  const { session, may } = useFleet();
  const { path } = useLocation();
  const [helping, setHelping] = useState(false);
  const pages = pagesFor(may);
  const first = path.split('/')[1] ?? '';
  const current = pages.find(page => page.path === first) ?? pages[0];
  useShortcuts(texts.shortcuts.everywhere, [
    { keys: '?', text: texts.shortcuts.help, run: () => setHelping(true) },
    ...pages.map(page => ({ keys: `g ${page.key}`, text: texts.shortcuts.goTo(page.text), run: () => navigate(pathOf(page)) })),
  ]);
  return (
    <header className="header">
      <Menu label={texts.nav.label} className="icon-button plain nav-button" align="start" button={<Icon name="menu" />}>
        {close => <Pages pages={pages} current={current} onGone={close} />}
      </Menu>
      <Link to="/" className="brand" label={texts.product}>
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span className="brand-name">{texts.product}</span>
      </Link>
      <span className="header-page">{current?.text}</span>
      <nav className="nav" aria-label={texts.nav.label}>
        <Pages pages={pages} current={current} />
      </nav>
      <div className="header-end">
        <LinkBadge />
        <Menu
          label={texts.account.open(texts.person(session.name))}
          className="account"
          button={
            <>
              <Icon name="drivers" />
              <span className="account-name">{texts.person(session.name)}</span>
            </>
          }
        >
          {close => (
            <div className="account-panel">
              <p className="account-who">
                <strong>{texts.person(session.name)}</strong>
                <span className="muted">{texts.role[session.role] ?? session.role}</span>
              </p>
              <PreferencesForm />
              <div className="account-actions">
                <button
                  type="button"
                  className="button small"
                  onClick={() => {
                    close();
                    setHelping(true);
                  }}
                >
                  {texts.shortcuts.title}
                </button>
                <button type="button" className="button small" onClick={onLogOut}>
                  <Icon name="logOut" />
                  {texts.account.logOut}
                </button>
              </div>
            </div>
          )}
        </Menu>
      </div>
      {helping && <ShortcutsHelp onClose={() => setHelping(false)} />}
    </header>
  );
};

const Pages = ({
  pages,
  current,
  onGone,
}: {
  pages: readonly PageRoute[];
  current: PageRoute | undefined;
  onGone?: () => void;
}) =>
  pages.map(page => (
    <Link key={page.path} to={pathOf(page)} className="nav-link" current={page === current} onFollow={onGone}>
      <Icon name={page.icon} />
      <span>{page.text}</span>
    </Link>
  ));
