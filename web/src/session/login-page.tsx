import { type FormEvent, useId, useState } from 'react';
import { RefusedError, UnreachableError } from '../api/request';
import { texts } from '../texts/en';
import { PasswordField } from './password-field';
import type { Credentials } from './use-session';

type Way = 'token' | 'password';

export const LoginPage = ({ ended, onLogIn }: { ended: boolean; onLogIn: (credentials: Credentials) => Promise<void> }) => {
  const [way, setWay] = useState<Way>('token');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ids = { user: useId(), problem: useId() };

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '');
    setBusy(true);
    setProblem(undefined);
    try {
      await onLogIn(
        way === 'token' ? { token: text('token').trim() } : { user: text('user').trim(), password: text('password') },
      );
    } catch (error) {
      setProblem(wordsFor(error, way));
      setBusy(false);
    }
  };

  const choose = (next: Way): void => {
    setWay(next);
    setProblem(undefined);
  };

  return (
    <main className="login">
      <form className="login-card" onSubmit={submit} aria-describedby={problem ? ids.problem : undefined}>
        <img src="/favicon.svg" alt="" width="44" height="44" />
        <h1>{texts.login.title}</h1>
        <p className="login-lead">{ended ? texts.login.ended : texts.login.lead}</p>
        <fieldset className="segments">
          <legend className="visually-hidden">{texts.login.by}</legend>
          {(['token', 'password'] as const).map(one => (
            <label key={one} className="segment">
              <input type="radio" name="way" value={one} checked={way === one} onChange={() => choose(one)} />
              <span>{one === 'token' ? texts.login.byToken : texts.login.byPassword}</span>
            </label>
          ))}
        </fieldset>
        {way === 'token' ? (
          <PasswordField key="token" name="token" label={texts.login.token} autoComplete="off" />
        ) : (
          <>
            <div className="field">
              <label htmlFor={ids.user}>{texts.login.user}</label>
              <input
                id={ids.user}
                name="user"
                type="text"
                autoComplete="username"
                autoCapitalize="none"
                required
                maxLength={64}
              />
            </div>
            <PasswordField key="password" name="password" label={texts.login.password} autoComplete="current-password" />
          </>
        )}
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

const wordsFor = (error: unknown, way: Way): string => {
  if (error instanceof UnreachableError) return texts.login.unreachable;
  if (!(error instanceof RefusedError)) return texts.login.failed(String(error));
  if (error.status === 401) return texts.login.refused[way];
  if (error.status === 429) return texts.login.throttled;
  return error.status >= 502 ? texts.login.unreachable : texts.login.failed(error.detail);
};
