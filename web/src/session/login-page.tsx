import { type FormEvent, useId, useState } from 'react';
import { RefusedError, UnreachableError } from '../api/request';
import { texts } from '../texts/texts';
import { PasswordField } from './password-field';
import type { Credentials } from './use-session';

/** One form for both ways in: with a user name it is a password, without one an API token. */
export const LoginPage = ({ ended, onLogIn }: { ended: boolean; onLogIn: (credentials: Credentials) => Promise<void> }) => {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ids = { user: useId(), hint: useId(), problem: useId() };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const user = String(form.get('user') ?? '').trim();
    const secret = String(form.get('secret') ?? '');
    const credentials = user === '' ? { token: secret.trim() } : { user, password: secret };
    setBusy(true);
    setProblem(undefined);
    try {
      await onLogIn(credentials);
    } catch (error) {
      setProblem(wordsFor(error, credentials));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form className="login-card" onSubmit={submit} aria-describedby={problem ? ids.problem : undefined}>
        <img src="/favicon.svg" alt="" width="44" height="44" />
        <h1>{texts.login.title}</h1>
        <p className="login-lead">{ended ? texts.login.ended : texts.login.lead}</p>
        <div className="field">
          <label htmlFor={ids.user}>{texts.login.user}</label>
          <input
            id={ids.user}
            name="user"
            type="text"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            aria-describedby={ids.hint}
          />
          <p id={ids.hint} className="field-hint">
            {texts.login.userHint}
          </p>
        </div>
        <PasswordField name="secret" label={texts.login.secret} autoComplete="current-password" />
        <p id={ids.problem} className="problem" role="alert">
          {problem}
        </p>
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? texts.login.busy : texts.login.submit}
        </button>
        <details className="login-hint">
          <summary>{texts.login.hintTitle}</summary>
          <p>{texts.login.hint}</p>
        </details>
      </form>
    </main>
  );
};

const wordsFor = (error: unknown, credentials: Credentials): string => {
  if (error instanceof UnreachableError) return texts.login.unreachable;
  if (!(error instanceof RefusedError)) return texts.login.failed(String(error));
  if (error.status === 401) return texts.login.refused['token' in credentials ? 'token' : 'password'];
  if (error.status === 429) return texts.login.throttled;
  return error.status >= 502 ? texts.login.unreachable : texts.login.failed(error.detail);
};
