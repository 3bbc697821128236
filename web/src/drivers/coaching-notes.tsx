import { type FormEvent, useCallback, useState } from 'react';
import type { Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { getJson, sendJson } from '../api/request';
import { useLoaded } from '../app/use-loaded';
import { decimal } from '../format/quantity';
import { wireDay } from '../format/time';
import { texts } from '../texts/texts';
import { Field, SelectField, TextArea } from '../ui/field';
import { Loading, reasonOf } from '../ui/loading';
import { Section } from '../ui/page';
import { Time } from '../ui/time';
import { showToast } from '../ui/toasts';

type Note = Schema<'CoachingNote'>;
type Progress = Schema<'CoachingProgress'>;
type Topic = NonNullable<Note['topic']>;

const TOPICS: readonly Topic[] = ['braking', 'acceleration', 'cornering', 'speeding', 'idling', 'night', 'fatigue'];

/** What was talked about, what is to be come back to, and whether it helped. Drivers do not see it here. */
export const CoachingNotes = ({ driver }: { driver: string }) => {
  const path = `/drivers/${encodeURIComponent(driver)}`;
  const [loaded, reload] = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        const [notes, progress] = await Promise.all([
          getAll<Note>(`${path}/notes`),
          getJson<Progress>(`${path}/coaching`, {}, signal),
        ]);
        return { notes, progress: progress.items };
      },
      [path],
    ),
  );
  const change = async (note: Note, done: boolean): Promise<void> => {
    try {
      await sendJson('PATCH', `${path}/notes/${encodeURIComponent(note.id)}`, { done });
      reload();
    } catch (error) {
      showToast({ text: reasonOf(error), tone: 'problem' });
    }
  };
  const remove = async (note: Note): Promise<void> => {
    try {
      await sendJson('DELETE', `${path}/notes/${encodeURIComponent(note.id)}`);
      const { note: words, topic, follow_up, done } = note;
      showToast({
        text: texts.scorecard.noteDeleted,
        undo: () => void sendJson('POST', `${path}/notes`, { note: words, topic, follow_up, done }).then(reload),
      });
      reload();
    } catch (error) {
      showToast({ text: reasonOf(error), tone: 'problem' });
    }
  };
  return (
    <Section title={texts.scorecard.notes}>
      <Loading of={loaded} onRetry={reload} failed={texts.scorecard.notesFailed}>
        {({ notes, progress }) => (
          <div className="coaching">
            {progress.length > 0 && <ProgressList progress={progress} />}
            {notes.length === 0 ? (
              <p className="muted">{texts.scorecard.noNotes}</p>
            ) : (
              <ol className="notes">
                {notes.map(note => (
                  <li key={note.id} className={note.done ? 'coach-note is-done' : 'coach-note'}>
                    <p className="note-head">
                      {note.topic && <span className="tag">{texts.scorePart[note.topic] ?? note.topic}</span>}
                      <span className="muted">
                        {texts.person(note.by)}, <Time at={note.at} as="date" />
                      </span>
                    </p>
                    <p className="note-text">{note.note}</p>
                    <p className="note-foot">
                      {note.follow_up && (
                        <span className={note.done ? 'muted' : undefined}>
                          {texts.scorecard.followUpOn(wireDay(note.follow_up))}
                        </span>
                      )}
                      {note.done && <span className="tag">{texts.scorecard.done}</span>}
                      {note.own && (
                        <span className="note-actions no-print">
                          <button type="button" className="button small" onClick={() => void change(note, !note.done)}>
                            {note.done ? texts.scorecard.reopen : texts.scorecard.markDone}
                          </button>
                          <button type="button" className="button small quiet" onClick={() => void remove(note)}>
                            {texts.scorecard.deleteNote}
                          </button>
                        </span>
                      )}
                    </p>
                  </li>
                ))}
              </ol>
            )}
          </div>
        )}
      </Loading>
      <NoteForm path={path} onSaved={reload} />
    </Section>
  );
};

/** Whether what was talked about happens less since. */
const ProgressList = ({ progress }: { progress: Progress['items'] }) => (
  <ul className="coaching-progress">
    {progress.map(({ topic, since, verdict, before, after }) => (
      <li key={topic} className={`verdict-${verdict}`}>
        <strong>{texts.scorePart[topic] ?? topic}</strong>
        <span>{texts.scorecard.verdict[verdict]}</span>
        <span className="muted">
          {verdict === 'not_enough_driving'
            ? texts.scorecard.since(wireDay(since))
            : texts.scorecard.beforeAfter(decimal(before.rate, 2), decimal(after.rate, 2), wireDay(since))}
        </span>
      </li>
    ))}
  </ul>
);

const NoteForm = ({ path, onSaved }: { path: string; onSaved: () => void }) => {
  const [note, setNote] = useState('');
  const [topic, setTopic] = useState<Topic | ''>('');
  const [followUp, setFollowUp] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (note.trim() === '') return setProblem(texts.scorecard.noteNeeded);
    setBusy(true);
    try {
      await sendJson('POST', `${path}/notes`, { note: note.trim(), topic: topic || null, follow_up: followUp || null });
      setNote('');
      setTopic('');
      setFollowUp('');
      setProblem(undefined);
      showToast({ text: texts.scorecard.noteSaved });
      onSaved();
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form note-form no-print" onSubmit={submit}>
      <TextArea
        label={texts.scorecard.newNote}
        hint={texts.scorecard.newNoteHint}
        value={note}
        onChange={setNote}
        problem={problem}
        maxLength={4_000}
      />
      <div className="form-row">
        <SelectField<Topic | ''>
          label={texts.scorecard.topic}
          value={topic}
          choices={[['', texts.scorecard.noTopic], ...TOPICS.map(one => [one, texts.scorePart[one] ?? one] as const)]}
          onChange={setTopic}
        />
        <Field label={texts.scorecard.followUp}>
          {aria => <input type="date" {...aria} value={followUp} onChange={({ target }) => setFollowUp(target.value)} />}
        </Field>
      </div>
      <div className="form-actions">
        <button type="submit" className="button primary" disabled={busy}>
          {texts.scorecard.saveNote}
        </button>
      </div>
    </form>
  );
};
