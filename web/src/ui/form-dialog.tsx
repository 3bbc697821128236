import { type ReactNode, useId } from 'react';
import { texts } from '../texts/texts';
import { Dialog } from './dialog';

/** A form in a window: sent by its button or by Enter, with what went wrong at its foot. */
export const FormDialog = ({
  title,
  confirm,
  busy,
  problem,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  confirm: string;
  busy: boolean;
  problem: string | undefined;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) => {
  const id = useId();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" form={id} className="button primary" disabled={busy}>
            {confirm}
          </button>
        </>
      }
    >
      <form
        id={id}
        className="form"
        onSubmit={event => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
};
