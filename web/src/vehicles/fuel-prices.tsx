import { useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { moneyText, toShown, unitSign } from '../format/quantity';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { NumberField, TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { Section } from '../ui/page';
import { showToast } from '../ui/toasts';
import { useSubmit } from '../ui/use-submit';

const { fuel: words } = texts;
type Prices = Schema<'FuelPrices'>;
type Fuel = keyof Prices['per_unit'];
const FUELS = Object.keys(texts.vehicles.fuelTypes) as Fuel[];
/** What the server says where nobody has said: no currency at all. */
const NO_CURRENCY = 'XXX';

export const currencyOf = ({ currency }: Prices): string | undefined => (currency === NO_CURRENCY ? undefined : currency);

/** Natural gas is sold by mass, electricity by energy. */
const unitOf = (fuel: Fuel): string => (fuel === 'cng' ? '/ kg' : fuel === 'electric' ? '/ kWh' : '/L');

/** What fuel costs, for the whole fleet; those who manage all of it change it. */
export const FuelPrices = ({ prices, onSaved }: { prices: Prices; onSaved: () => void }) => {
  const { may, session } = useFleet();
  const [editing, setEditing] = useState(false);
  const known = FUELS.filter(fuel => prices.per_unit[fuel] !== undefined);
  const currency = currencyOf(prices);
  return (
    <Section
      title={words.prices}
      actions={
        may('fleet.manage') &&
        session.groups.length === 0 && (
          <button type="button" className="button small" onClick={() => setEditing(true)}>
            {words.setPrices}
          </button>
        )
      }
    >
      {currency === undefined || known.length === 0 ? (
        <p className="muted">{words.noPrices}</p>
      ) : (
        <p>
          {known
            .map(fuel => {
              const price = toShown(prices.per_unit[fuel] ?? 0, unitOf(fuel));
              return `${texts.vehicles.fuelTypes[fuel]} ${moneyText(price, currency)} ${unitSign(unitOf(fuel))}`;
            })
            .join(' · ')}
        </p>
      )}
      {editing && <PricesForm prices={prices} onClose={() => setEditing(false)} onSaved={onSaved} />}
    </Section>
  );
};

const PricesForm = ({ prices, onClose, onSaved }: { prices: Prices; onClose: () => void; onSaved: () => void }) => {
  const [currency, setCurrency] = useState(currencyOf(prices) ?? '');
  const [perUnit, setPerUnit] = useState<Partial<Record<Fuel, number | undefined>>>(prices.per_unit);
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const per_unit = Object.fromEntries(Object.entries(perUnit).filter(([, price]) => price !== undefined)) as Prices['per_unit'];
    await answerOf(api.PUT('/settings/fuel', { body: { currency: currency.trim().toUpperCase(), per_unit } }));
    showToast({ text: words.pricesSaved });
    onSaved();
    onClose();
  });
  return (
    <FormDialog title={words.prices} confirm={texts.save} busy={busy} problem={problem} onSubmit={submit} onClose={onClose}>
      <p className="muted">{words.pricesHint}</p>
      <TextField
        label={words.currency}
        hint={words.currencyHint}
        value={currency}
        maxLength={3}
        onChange={setCurrency}
        problem={problemOf('currency')}
        required
      />
      <div className="form-row">
        {FUELS.map(fuel => (
          <NumberField
            key={fuel}
            label={texts.vehicles.fuelTypes[fuel] ?? String(fuel)}
            unit={unitOf(fuel)}
            value={perUnit[fuel]}
            problem={problemOf(`per_unit.${fuel}`)}
            onChange={price => setPerUnit(before => ({ ...before, [fuel]: price }))}
          />
        ))}
      </div>
    </FormDialog>
  );
};
