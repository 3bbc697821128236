import { useId, useState } from 'react';
import { texts } from '../texts/texts';

/** A secret to type or paste, with a way to look at it: a token mistyped in the dark is nobody's idea of security. */
export const PasswordField = ({ name, label, autoComplete }: { name: string; label: string; autoComplete: string }) => {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-row">
        <input
          id={id}
          name={name}
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={256}
          required
        />
        <button type="button" className="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? texts.login.hide : texts.login.show}
        </button>
      </div>
    </div>
  );
};
