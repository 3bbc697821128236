import { useId, useState } from 'react';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';
import type { AlertAction } from './pending-actions';

/** One press acknowledges or resolves; a note takes a second one. */
export const ActionButtons = ({
  count,
  actions,
  onAct,
}: {
  /** Alerts that are meant. */
  count: number;
  /** The likely one first. */
  actions: readonly AlertAction[];
  onAct: (action: AlertAction, note: string) => void;
}) => {
  const [writing, setWriting] = useState(false);
  const [note, setNote] = useState('');
  const id = useId();
  const act = (action: AlertAction): void => {
    onAct(action, note.trim());
    setWriting(false);
    setNote('');
  };
  const buttons = actions.map((action, n) => (
    <button
      key={action}
      type={writing && n === 0 ? 'submit' : 'button'}
      className={writing && n === 0 ? 'button small primary' : 'button small'}
      onClick={writing && n === 0 ? undefined : () => act(action)}
    >
      {count > 1 && n === 0 ? texts.alert.allOf[action](count) : texts.alert.one[action]}
    </button>
  ));
  if (!writing) {
    return (
      <>
        {buttons}
        <button
          type="button"
          className="button quiet small icon-only"
          aria-label={texts.alert.addNote}
          title={texts.alert.addNote}
          onClick={() => setWriting(true)}
        >
          <Icon name="note" />
        </button>
      </>
    );
  }
  return (
    <form
      className="note-form"
      onSubmit={event => {
        event.preventDefault();
        act(actions[0]!);
      }}
      onKeyDown={({ key }) => key === 'Escape' && setWriting(false)}
    >
      <label htmlFor={id} className="visually-hidden">
        {texts.alert.note}
      </label>
      <input
        id={id}
        type="text"
        maxLength={2_000}
        placeholder={texts.alert.notePlaceholder}
        autoComplete="off"
        value={note}
        onChange={event => setNote(event.target.value)}
        // biome-ignore lint/a11y/noAutofocus: it was opened to be written in
        autoFocus
      />
      {buttons}
      <button type="button" className="button small quiet" onClick={() => setWriting(false)}>
        {texts.cancel}
      </button>
    </form>
  );
};
