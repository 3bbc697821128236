import { texts } from '../texts/texts';

const WHAT = ['rotate', 'delete'] as const;

export type RotateOrDeleteChoice = (typeof WHAT)[number];

interface Props {
  /** What rotating is called here: a device and a webhook have secrets of their own. */
  rotate: string;
  onChoice: (what: RotateOrDeleteChoice) => void;
}

/** What can be done, in its form, to something that is there and has a secret; each is asked for once more. */
export const RotateOrDelete = ({ rotate, onChoice }: Props) => (
  <div className="form-actions">
    {WHAT.map(what => (
      <button key={what} type="button" className="button small" onClick={() => onChoice(what)}>
        {what === 'rotate' ? rotate : texts.admin.delete}
      </button>
    ))}
  </div>
);
