import { useCallback } from 'react';
import type { Schema } from '../api/client';
import { getJson } from '../api/request';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { Loading } from '../ui/loading';
import { Page, Section } from '../ui/page';
import { Tabs } from '../ui/tabs';
import { FuelView } from './fuel-view';
import { HealthView } from './health-view';
import { ServicePlan } from './service-plan';
import { TroubleCodes } from './trouble-codes';
import { VehicleForm } from './vehicle-form';

/** One vehicle: how it is, what it tells, what is due, what it burns, what it is. */
export const VehiclePage = ({ id }: { id: string }) => {
  const names = useNames();
  const { may } = useFleet();
  const [loaded, reload] = useLoaded(
    useCallback((signal: AbortSignal) => getJson<Schema<'Vehicle'>>(`/vehicles/${encodeURIComponent(id)}`, {}, signal), [id]),
  );
  return (
    <Page
      title={names.vehicle(id)}
      back={{ to: '/vehicles', text: texts.vehicles.back }}
      {...(loaded.state === 'ready' && {
        lead: [texts.vehicle.classes[loaded.value.class], loaded.value.group, loaded.value.vin].filter(Boolean).join(' · '),
      })}
      actions={
        <>
          <Link className="button" to={`/?vehicle=${encodeURIComponent(id)}`}>
            {texts.vehicles.onMap}
          </Link>
          {may('trips.read') && (
            <Link className="button" to={`/trips?vehicle=${encodeURIComponent(id)}`}>
              {texts.nav.trips}
            </Link>
          )}
        </>
      }
    >
      <Loading of={loaded} onRetry={reload} failed={texts.vehicles.failed}>
        {vehicle => (
          <Tabs
            label={texts.vehicles.views}
            tabs={[
              { key: 'health', text: texts.health.title, content: () => <HealthView vehicle={id} /> },
              { key: 'codes', text: texts.health.codes, content: () => <TroubleCodes vehicle={id} /> },
              {
                key: 'service',
                text: texts.service.title,
                content: () => <ServicePlan vehicle={vehicle} onChanged={reload} />,
              },
              { key: 'fuel', text: texts.fuel.title, content: () => <FuelView vehicle={id} /> },
              {
                key: 'data',
                text: texts.vehicles.data,
                content: () => (
                  <Section title={texts.vehicles.data}>
                    <VehicleForm vehicle={vehicle} onSaved={reload} />
                  </Section>
                ),
              },
            ]}
          />
        )}
      </Loading>
    </Page>
  );
};
