import { fleetZone } from '../format/time';
import { type Problems, problemAt } from '../rules/rule-draft';
import { texts } from '../texts/texts';
import { CheckField, NumberField, SelectField, TextField } from '../ui/field';
import type { PolicyBody } from './policy-draft';

const { told: words } = texts;
type Pace = 'once' | 'minutes' | 'daily';

/** At once or gathered, what may wake somebody at night, and when many become one message. */
export const WhenFields = ({
  draft,
  problems,
  set,
}: {
  draft: PolicyBody;
  problems: Problems;
  set: (changes: Partial<PolicyBody>) => void;
}) => {
  const { digest, quiet_hours, storm, urgent } = draft;
  const pace: Pace = digest === null ? 'once' : 'every_min' in digest ? 'minutes' : 'daily';
  const zone = quiet_hours?.zone ?? (digest && 'daily_at' in digest ? digest.zone : null) ?? fleetZone();
  return (
    <div className="form">
      <div className="form-row">
        <SelectField<Pace>
          label={words.pace}
          value={pace}
          choices={(['once', 'minutes', 'daily'] as const).map(one => [one, words.paces[one]])}
          onChange={to =>
            set({
              digest: to === 'once' ? null : to === 'minutes' ? { every_min: 60 } : { daily_at: '07:00', zone: null },
            })
          }
        />
        {digest && 'every_min' in digest && (
          <NumberField
            label={words.every}
            unit="min"
            value={digest.every_min}
            problem={problemAt(problems, 'digest')}
            onChange={every => set({ digest: { every_min: every ?? Number.NaN } })}
          />
        )}
        {digest && 'daily_at' in digest && (
          <TextField
            label={words.at}
            type="time"
            value={digest.daily_at}
            problem={problemAt(problems, 'digest')}
            onChange={at => set({ digest: { ...digest, daily_at: at } })}
          />
        )}
      </div>
      <CheckField
        label={words.quiet}
        hint={words.quietHint}
        checked={quiet_hours !== null}
        onChange={on => set({ quiet_hours: on ? { from: '22:00', to: '06:00', zone: null } : null })}
      />
      {quiet_hours && (
        <div className="form-row">
          <TextField
            label={words.quietStart}
            type="time"
            value={quiet_hours.from}
            problem={problems.get('quiet_hours.from')}
            onChange={from => set({ quiet_hours: { ...quiet_hours, from } })}
          />
          <TextField
            label={words.quietEnd}
            type="time"
            value={quiet_hours.to}
            problem={problems.get('quiet_hours.to')}
            onChange={to => set({ quiet_hours: { ...quiet_hours, to } })}
          />
        </div>
      )}
      {(quiet_hours || digest) && (
        <>
          <SelectField
            label={words.urgent}
            hint={words.zoneIs(zone)}
            value={urgent ?? ''}
            choices={[
              ['critical', words.urgentFrom.critical],
              ['warning', words.urgentFrom.warning],
              ['info', words.urgentFrom.info],
              ['', words.urgentFrom.none],
            ]}
            onChange={from => set({ urgent: from === '' ? null : from })}
          />
        </>
      )}
      <details className="more-fields" open={[...problems.keys()].some(field => field.startsWith('storm')) || undefined}>
        <summary>{words.stormSummary(storm.more_than || texts.unknown, storm.within_min || texts.unknown)}</summary>
        <div className="form">
          <p className="muted">{words.stormHint}</p>
          <div className="form-row">
            <NumberField
              label={words.moreThan}
              value={storm.more_than}
              problem={problems.get('storm.more_than')}
              onChange={more => set({ storm: { ...storm, more_than: more ?? Number.NaN } })}
            />
            <NumberField
              label={words.within}
              unit="min"
              value={storm.within_min}
              problem={problems.get('storm.within_min')}
              onChange={within => set({ storm: { ...storm, within_min: within ?? Number.NaN } })}
            />
          </div>
        </div>
      </details>
    </div>
  );
};
