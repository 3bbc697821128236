import { useState } from 'react';
import { texts } from '../texts/texts';
import { Dialog } from './dialog';

/** A secret that the server tells once and keeps only a hash of. */
export const SecretDialog = ({
  title,
  secret,
  hint,
  onClose,
}: {
  title: string;
  secret: string;
  hint: string;
  onClose: () => void;
}) => {
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard?.writeText(secret).then(() => setCopied(true));
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={copy}>
            {copied ? texts.admin.copied : texts.admin.copy}
          </button>
          <button type="button" className="button primary" onClick={onClose}>
            {texts.admin.kept}
          </button>
        </>
      }
    >
      <p>{hint}</p>
      <p className="secret">
        <code>{secret}</code>
      </p>
      <p className="visually-hidden" aria-live="polite">
        {copied ? texts.admin.copied : ''}
      </p>
    </Dialog>
  );
};
