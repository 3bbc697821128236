import { LoginPage } from '../session/login-page';
import { useSession } from '../session/use-session';
import { texts } from '../texts/texts';
import { LoggedIn } from './logged-in';
import { Notice } from './notice';
import { usePreferences } from './preferences';
import { useTheme } from './theme';

/** Who is there decides what is shown: the log-in, or the dashboard. */
export const App = () => {
  useTheme();
  // Units are read where numbers are written: another choice draws everything anew.
  usePreferences();
  const { session, ended, logIn, logOut, retry } = useSession();
  switch (session.state) {
    case 'loading':
      return (
        <main className="page-centre">
          <Notice busy title={texts.loading} />
        </main>
      );
    case 'failed':
      return (
        <main className="page-centre">
          <Notice title={texts.login.unreachable} onRetry={retry} />
        </main>
      );
    case 'out':
      return <LoginPage ended={ended} onLogIn={logIn} />;
    case 'in':
      return <LoggedIn key={session.value.name} session={session.value} onLogOut={logOut} />;
  }
};
