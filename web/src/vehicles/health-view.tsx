import { useCallback, useMemo } from 'react';
import { getJson } from '../api/request';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { quantity } from '../format/quantity';
import { wireDay } from '../format/time';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { askIfTold } from './ask-if-told';
import { HealthSign } from './health-sign';
import { PARTS, type Part, type PartHealth, type VehicleHealth } from './health-wire';

/** What was found, most urgent first; then part by part with its trend, its forecast and what both rest on. */
export const HealthView = ({ vehicle }: { vehicle: string }) => {
  const [loaded, retry] = useLoaded(
    useCallback(
      (signal: AbortSignal) => askIfTold(getJson<VehicleHealth>(`/vehicles/${encodeURIComponent(vehicle)}/health`, {}, signal)),
      [vehicle],
    ),
  );
  return (
    <Loading of={loaded} onRetry={retry} failed={texts.health.failed}>
      {health =>
        health === undefined || health.day === null ? (
          <Notice title={texts.health.none} hint={texts.health.noneHint} />
        ) : (
          <>
            <Section title={texts.health.findings} actions={<HealthSign state={health.state} />}>
              {health.findings.length === 0 ? (
                <p className="muted">{texts.health.noFindings}</p>
              ) : (
                <ul className="findings">
                  {health.findings.map(({ part, state, text, at }) => (
                    <li key={`${part} ${text}`}>
                      <HealthSign state={state} />
                      <span>{text}</span>
                      {at && <span className="muted">{texts.health.expected(wireDay(at))}</span>}
                    </li>
                  ))}
                </ul>
              )}
              {health.readiness && <p className="muted">{health.readiness.note}</p>}
              <p className="muted">{texts.health.asOf(wireDay(health.day))}</p>
            </Section>
            <div className="card-grid">
              {PARTS.map(part => (
                <PartCard key={part} part={part} health={health[part]} />
              ))}
            </div>
          </>
        )
      }
    </Loading>
  );
};

const PartCard = ({ part, health }: { part: Part; health: PartHealth }) => {
  const { state, value, unit, trend, forecast, data, note } = health;
  const [times, series] = useMemo(
    () => [
      trend.map(({ day }) => Date.parse(day)),
      [{ name: texts.health.part[part], unit, values: trend.map(one => one.value) }],
    ],
    [trend, part, unit],
  );
  return (
    <Section title={texts.health.part[part]} actions={<HealthSign state={state} />}>
      <p>
        {value !== null && <strong className="part-value">{quantity(value, unit)}</strong>} <span>{note}</span>
      </p>
      {trend.length >= 2 && <Chart label={texts.health.part[part]} times={times} series={series} height={110} days />}
      {forecast && (
        <p className="part-forecast">
          {forecast.text}{' '}
          <span className="muted">
            {texts.health.between(wireDay(forecast.low), forecast.high === null ? null : wireDay(forecast.high))}
          </span>
        </p>
      )}
      <p className="muted">{texts.health.restsOn(data.days, data.samples)}</p>
    </Section>
  );
};
