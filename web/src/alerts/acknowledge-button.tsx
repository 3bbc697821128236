import { type FormEvent, useId, useState } from 'react';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';

/** One press acknowledges; a note takes a second one. */
export const AcknowledgeButton = ({ count, onAcknowledge }: { count: number; onAcknowledge: (note: string) => void }) => {
  const [writing, setWriting] = useState(false);
  const id = useId();
  const label = count > 1 ? texts.alert.acknowledgeAll(count) : texts.alert.acknowledge;
  if (!writing) {
    return (
      <span className="button-pair">
        <button type="button" className="button small" onClick={() => onAcknowledge('')}>
          {label}
        </button>
        <button
          type="button"
          className="button small icon-only"
          aria-label={texts.alert.addNote}
          title={texts.alert.addNote}
          onClick={() => setWriting(true)}
        >
          <Icon name="note" />
        </button>
      </span>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onAcknowledge(String(new FormData(event.currentTarget).get('note') ?? '').trim());
    setWriting(false);
  };
  return (
    <form className="note-form" onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && setWriting(false)}>
      <label htmlFor={id} className="visually-hidden">
        {texts.alert.note}
      </label>
      <input
        id={id}
        name="note"
        type="text"
        maxLength={2_000}
        placeholder={texts.alert.notePlaceholder}
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: it was opened to be written in
        autoFocus
      />
      <button type="submit" className="button small primary">
        {label}
      </button>
      <button type="button" className="button small quiet" onClick={() => setWriting(false)}>
        {texts.cancel}
      </button>
    </form>
  );
};
