import { useCallback, useMemo } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { distance, quantity } from '../format/quantity';
import { wireDay } from '../format/time';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { Loading } from '../ui/loading';
import { Figures, Section } from '../ui/page';
import { findingText } from './finding-text';
import { HealthSign } from './health-sign';

type VehicleHealth = Schema<'VehicleHealth'>;
type Part = keyof typeof texts.health.part;
const PARTS = ['battery', 'charging', 'coolant', 'thermostat', 'fuel_trims', 'misfire', 'engine_power'] as const satisfies Part[];
/** So many are named; of more there is a number. */
const MONITORS_SHOWN = 8;

/** What was found, most urgent first; then part by part with its trend, its forecast and what both rest on. */
export const HealthView = ({ vehicle }: { vehicle: string }) => {
  const [loaded, retry] = useLoaded(
    useCallback(
      (signal: AbortSignal) => answerOf(api.GET('/vehicles/{id}/health', { params: { path: { id: vehicle } }, signal })),
      [vehicle],
    ),
  );
  return (
    <Loading of={loaded} onRetry={retry} failed={texts.health.failed}>
      {health =>
        health.day === null ? (
          <Notice title={texts.health.none} hint={texts.health.noneHint} />
        ) : (
          <>
            <Summary health={health} day={health.day} />
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

const Summary = ({ health, day }: { health: VehicleHealth; day: string }) => (
  <Section title={texts.health.findings} actions={<HealthSign state={health.state} />}>
    {health.findings.length === 0 ? (
      <p className="muted">{texts.health.noFindings}</p>
    ) : (
      <ul className="findings">
        {health.findings.map(finding => (
          <li key={`${finding.part} ${finding.text}`}>
            <HealthSign state={finding.state} />
            <span>{findingText(finding)}</span>
            {finding.at && finding.at > day && <span className="muted">{texts.health.expected(wireDay(finding.at))}</span>}
          </li>
        ))}
      </ul>
    )}
    <Figures
      figures={[
        [texts.health.lamp, health.mil === null ? texts.unknown : health.mil ? texts.health.lampOn : texts.health.lampOff],
        [texts.health.readiness, readinessText(health.readiness), texts.health.readinessHint],
        [texts.vehicles.odometer, distance(health.odometer_km)],
        [texts.health.engineHours, quantity(health.engine_hours, 'h', 1), texts.health.engineHoursHint],
      ]}
    />
    {health.readiness && health.readiness.incomplete.length > 0 && (
      <p className="muted">{texts.health.notRun(health.readiness.incomplete.slice(0, MONITORS_SHOWN).join(', '))}</p>
    )}
    <p className="muted">{texts.health.asOf(wireDay(day))}</p>
  </Section>
);

const readinessText = (readiness: VehicleHealth['readiness']): string => {
  if (readiness === null) return texts.unknown;
  return readiness.ready ? texts.health.ready : texts.health.notReady(readiness.incomplete.length);
};

const PartCard = ({ part, health }: { part: Part; health: Schema<'PartHealth'> }) => {
  const { state, value, unit, trend, forecast, data, note, said } = health;
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
        {value !== null && <strong className="part-value">{quantity(value, unit)}</strong>}{' '}
        <span>{texts.sentences(said, note)}</span>
      </p>
      {trend.length >= 2 && <Chart label={texts.health.part[part]} times={times} series={series} height={110} days />}
      {forecast && (
        <p className="part-forecast">
          {texts.health.expected(wireDay(forecast.at))},{' '}
          <span className="muted">
            {texts.health.between(wireDay(forecast.low), forecast.high === null ? null : wireDay(forecast.high))}
          </span>
        </p>
      )}
      {data.samples > 0 && <p className="muted">{texts.health.restsOn(data.days, data.samples)}</p>}
    </Section>
  );
};
