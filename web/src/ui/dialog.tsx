import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';

/**
 * A window over the page: the browser keeps the focus inside and gives it back. Shown while it is rendered.
 * @param actions at its foot; a form's button may name the form
 */
export const Dialog = ({
  title,
  onClose,
  actions,
  wide = false,
  children,
}: {
  title: string;
  onClose: () => void;
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape, which the browser handles
    <dialog
      ref={dialog}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      // On the backdrop, which is the dialog itself.
      onClick={event => event.target === dialog.current && onClose()}
    >
      <div className="dialog-box">
        <header className="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" className="icon-button plain" aria-label={texts.close} title={texts.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div className="dialog-body">{children}</div>
        {actions && <footer className="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
};

/** Asks before something that cannot be taken back. */
export const Confirm = ({
  title,
  text,
  confirm,
  onConfirm,
  onClose,
}: {
  title: string;
  text: string;
  /** What the button does, in a word: "Delete", not "OK". */
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
}) => (
  <Dialog
    title={title}
    onClose={onClose}
    actions={
      <>
        <button type="button" className="button" onClick={onClose}>
          {texts.cancel}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirm}
        </button>
      </>
    }
  >
    <p>{text}</p>
  </Dialog>
);
