import { dayOf } from '../format/zoned-day';
import { texts } from '../texts/texts';
import { chooseDays, choosePreset, type Period, PRESETS, type Preset } from './period';

/** Which days a page is about: a few usual ones, or a first and a last day. */
export const PeriodPicker = ({ period, presets = PRESETS }: { period: Period; presets?: readonly Preset[] }) => (
  <div className="period">
    <select
      className="select"
      aria-label={texts.period.label}
      value={period.preset}
      onChange={({ target: { value } }) =>
        value === 'custom' ? chooseDays(period.firstDay, period.lastDay) : choosePreset(value as Preset)
      }
    >
      {presets.map(preset => (
        <option key={preset} value={preset}>
          {texts.period.presets[preset]}
        </option>
      ))}
      <option value="custom">{texts.period.custom}</option>
    </select>
    {period.preset === 'custom' && (
      <span className="period-days">
        <input
          type="date"
          className="select"
          aria-label={texts.period.first}
          value={period.firstDay}
          max={dayOf(Date.now())}
          onChange={({ target: { value } }) => value && chooseDays(value, period.lastDay)}
        />
        <span aria-hidden="true">–</span>
        <input
          type="date"
          className="select"
          aria-label={texts.period.last}
          value={period.lastDay}
          max={dayOf(Date.now())}
          onChange={({ target: { value } }) => value && chooseDays(period.firstDay, value)}
        />
      </span>
    )}
  </div>
);
