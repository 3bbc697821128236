import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { answerOf, api } from '../api/client';
import type { Geofence } from '../api/wire-types';
import { navigate } from '../app/location';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useTheme } from '../app/theme';
import { useLoaded } from '../app/use-loaded';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Choices } from '../ui/choices';
import { Confirm } from '../ui/dialog';
import { NumberField, TextField } from '../ui/field';
import { Loading, reasonOf } from '../ui/loading';
import { Page, Section } from '../ui/page';
import { Segments } from '../ui/segments';
import { showToast } from '../ui/toasts';
import { GroupChoices } from './applies-to-fields';
import { type FenceDraft, fenceBody, fenceDraftOf, geometryOf, NEW_FENCE, type ShapeKind } from './fence-draft';
import { PlacesField } from './places-field';
import { focusFirstProblem, NO_PROBLEMS, type Problems, problemAt, problemsFrom } from './rule-draft';
import { ScheduleEditor } from './schedule-editor';

const FenceMap = lazy(() => import('./fence-map'));
const { fences: words, rules } = texts;
const LIST = '/rules?tab=geofences';

/** One geofence, or a new one. */
export const FenceEditor = ({ id }: { id?: string }) => {
  const load = useCallback(
    async (signal: AbortSignal) =>
      id === undefined
        ? undefined
        : ((await answerOf(api.GET('/geofences/{id}', { params: { path: { id } }, signal }))) as Geofence),
    [id],
  );
  const [loaded, retry] = useLoaded(load);
  if (loaded.state === 'ready') return <FenceForm fence={loaded.value} />;
  return (
    <Page title={words.fence} back={{ to: LIST, text: words.all }}>
      <Loading of={loaded} onRetry={retry} failed={words.fenceFailed}>
        {() => null}
      </Loading>
    </Page>
  );
};

const FenceForm = ({ fence }: { fence: Geofence | undefined }) => {
  const fleet = useFleet();
  const theme = useTheme();
  const known = useStore(fleet.geofences);
  const others = useMemo(() => known.filter(({ id }) => id !== fence?.id), [known, fence]);
  const [draft, setDraft] = useState<FenceDraft>(() => (fence ? fenceDraftOf(fence) : NEW_FENCE));
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const set = (changes: Partial<FenceDraft>): void => setDraft(before => ({ ...before, ...changes }));
  const geometry = geometryOf(draft);
  const shapeProblem = problemAt(problems, 'geometry');

  const drawn = useMemo((): Geofence | undefined => {
    const shape = geometryOf(draft);
    if (shape === undefined) return undefined;
    const { properties } = fenceBody(draft, shape);
    return { type: 'Feature', id: 'draft', geometry: shape, properties: properties as Geofence['properties'] };
  }, [draft]);

  const save = async (): Promise<void> => {
    const wrong = new Map<string, string>();
    if (draft.name.trim() === '') wrong.set('properties.name', words.noName);
    if (geometry === undefined) wrong.set('geometry', words.noShape);
    setProblems(wrong);
    if (geometry === undefined || wrong.size > 0) return focusFirstProblem();
    setBusy(true);
    try {
      const body = fenceBody(draft, geometry) as never;
      const saved = (await answerOf(
        fence ? api.PUT('/geofences/{id}', { params: { path: { id: fence.id } }, body }) : api.POST('/geofences', { body }),
      )) as Geofence;
      fleet.geofences.set([...others, saved]);
      showToast({ text: words.saved(saved.properties.name) });
      navigate(LIST);
    } catch (error) {
      setProblems(problemsFrom(error, field => /^(properties|geometry)/.test(field)));
      focusFirstProblem();
    } finally {
      setBusy(false);
    }
  };

  const remove = async (): Promise<void> => {
    if (fence === undefined) return;
    try {
      await api.DELETE('/geofences/{id}', { params: { path: { id: fence.id } } });
      fleet.geofences.set(others);
      showToast({ text: words.deleted(fence.properties.name) });
      navigate(LIST);
    } catch (error) {
      showToast({ tone: 'problem', text: rules.notSaved(reasonOf(error)) });
    }
  };

  return (
    <Page title={fence ? fence.properties.name : words.newTitle} back={{ to: LIST, text: words.all }}>
      <form
        className="fence-editor"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="fence-drawing">
          <div className="list-head">
            <Segments<ShapeKind>
              label={words.shape}
              value={draft.shape}
              choices={[
                ['polygon', words.shapes.polygon],
                ['circle', words.shapes.circle],
                ['corridor', words.shapes.corridor],
              ]}
              onChange={shape => set({ shape, places: [], kept: undefined })}
            />
            <button
              type="button"
              className="button small"
              disabled={geometry === undefined}
              onClick={() => set({ places: [], kept: undefined })}
            >
              {words.anew}
            </button>
          </div>
          <p className="muted">
            {geometry === undefined
              ? words.howTo[draft.shape]
              : draft.kept
                ? words.kept
                : draft.shape === 'circle'
                  ? words.howToResize
                  : words.howToChange}
          </p>
          <div className="fence-map">
            <Suspense fallback={<Notice busy title={texts.loading} />}>
              <FenceMap
                theme={theme}
                others={others}
                draft={drawn}
                shape={draft.shape}
                onShape={({ places, radius_m }) => set({ places, kept: undefined, ...(radius_m !== undefined && { radius_m }) })}
              />
            </Suspense>
          </div>
          {shapeProblem && (
            <p className="problem" role="alert">
              {shapeProblem}
            </p>
          )}
        </div>
        <div className="fence-fields">
          <Section title={words.fence}>
            <div className="form">
              <TextField
                label={words.name}
                value={draft.name}
                maxLength={200}
                problem={problemAt(problems, 'properties.name')}
                onChange={name => set({ name })}
              />
              {draft.shape === 'circle' && (
                <NumberField
                  label={words.radius}
                  unit="m"
                  value={draft.radius_m}
                  problem={problemAt(problems, 'properties.radius_m')}
                  onChange={radius_m => set({ radius_m })}
                />
              )}
              {draft.shape === 'corridor' && (
                <NumberField
                  label={words.width}
                  unit="m"
                  value={draft.width_m}
                  problem={problemAt(problems, 'properties.width_m')}
                  onChange={width_m => set({ width_m })}
                />
              )}
              <Choices
                label={words.on}
                choices={[
                  ['enter', words.crossings.enter],
                  ['exit', words.crossings.exit],
                  ['dwell', words.crossings.dwell],
                ]}
                value={draft.on}
                problem={problemAt(problems, 'properties.on')}
                onChange={on => set({ on })}
              />
              {draft.on.includes('dwell') && (
                <NumberField
                  label={words.dwell}
                  unit="s"
                  value={draft.dwell_s}
                  problem={problemAt(problems, 'properties.dwell_s')}
                  onChange={dwell_s => set({ dwell_s })}
                />
              )}
              <NumberField
                label={words.speedLimit}
                unit="km/h"
                hint={words.speedLimitHint}
                value={draft.speed_limit_kmh}
                problem={problemAt(problems, 'properties.speed_limit_kmh')}
                onChange={speed_limit_kmh => set({ speed_limit_kmh })}
              />
              <GroupChoices
                value={draft.groups}
                problem={problemAt(problems, 'properties.groups')}
                onChange={groups => set({ groups })}
              />
              <ScheduleEditor
                label={words.when}
                never={rules.alwaysHint}
                value={draft.schedule}
                problem={problemAt(problems, 'properties.schedule')}
                onChange={schedule => set({ schedule })}
              />
              <PlacesField shape={draft.shape} places={draft.places} onChange={places => set({ places, kept: undefined })} />
            </div>
          </Section>
          <div className="form-actions">
            <button type="submit" className="button primary" disabled={busy}>
              {busy ? rules.saving : texts.save}
            </button>
            <button type="button" className="button" onClick={() => navigate(LIST)}>
              {texts.cancel}
            </button>
            {fence && (
              <button type="button" className="button quiet push" onClick={() => setAsked(true)}>
                {rules.delete}
              </button>
            )}
          </div>
        </div>
      </form>
      {asked && fence && (
        <Confirm
          title={rules.deleteTitle(fence.properties.name)}
          text={words.deleteText}
          confirm={rules.delete}
          onConfirm={() => void remove()}
          onClose={() => setAsked(false)}
        />
      )}
    </Page>
  );
};
