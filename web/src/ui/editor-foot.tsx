import { texts } from '../texts/texts';
import { CheckField } from './field';

interface Props {
  enabled: { label: string; hint: string; checked: boolean; onChange: (enabled: boolean) => void };
  busy: boolean;
  onCancel: () => void;
  /** Of something that is there already: asked for once more. */
  remove?: { text: string; onClick: () => void } | undefined;
}

/** The end of a page that edits something: whether it is in force, and what to do with what was changed. */
export const EditorFoot = ({ enabled, busy, onCancel, remove }: Props) => (
  <div className="card form-foot">
    <CheckField {...enabled} />
    <div className="form-actions">
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? texts.rules.saving : texts.save}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {texts.cancel}
      </button>
      {remove && (
        <button type="button" className="button quiet push" onClick={remove.onClick}>
          {remove.text}
        </button>
      )}
    </div>
  </div>
);
