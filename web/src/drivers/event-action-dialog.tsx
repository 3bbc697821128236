import { type FormEvent, useId, useState } from 'react';
import type { Alert } from '../api/wire-types';
import { dayTime } from '../format/time';
import { texts } from '../texts/texts';
import { Dialog } from '../ui/dialog';
import { TextArea } from '../ui/field';
import { reasonOf } from '../ui/loading';
import { showToast } from '../ui/toasts';

export type EventAction = 'contest' | 'void' | 'reject';

/** Asks why: who contests an event, and who decides about it, both have to say. */
export const EventActionDialog = ({
  event,
  action,
  send,
  onClose,
  onDone,
}: {
  event: Alert;
  action: EventAction;
  send: (note: string) => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
}) => {
  const form = useId();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const says = texts.scorecard.action[action];
  const submit = async (submitted: FormEvent): Promise<void> => {
    submitted.preventDefault();
    if (note.trim() === '') return setProblem(texts.scorecard.reasonNeeded);
    setBusy(true);
    try {
      await send(note.trim());
      showToast({ text: says.done });
      onClose();
      onDone();
    } catch (error) {
      setProblem(reasonOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={says.title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" form={form} className="button primary" disabled={busy}>
            {says.button}
          </button>
        </>
      }
    >
      <p>
        <strong>{texts.kind[event.kind]}</strong>, {dayTime(event.occurred_at)}. {says.explained}
      </p>
      {event.contest && <blockquote className="contest-reason">{event.contest.reason}</blockquote>}
      <form id={form} onSubmit={submit}>
        <TextArea label={texts.scorecard.reason} value={note} onChange={setNote} problem={problem} maxLength={2_000} />
      </form>
    </Dialog>
  );
};
