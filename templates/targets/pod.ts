/** Parts of pods that every Kubernetes target needs. */
import type {DeploymentPlan, Launch, RolePlan} from "../plan.js";
import {kubernetesText, labelValue} from "../quote.js";
import {launchEnv, podPorts, sideChannelHost, usesSideChannel} from "./launch.js";

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: object;
}

export interface Volume {
  /** As in a pod. */
  volume: {name: string} & Record<string, unknown>;
  mount: {name: string; mountPath: string; readOnly?: boolean};
}

export function objectMeta(plan: DeploymentPlan, name: string, component?: string) {
  return {name, namespace: plan.namespace, labels: labels(plan, component)};
}

export function labels(plan: DeploymentPlan, component?: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": plan.name,
    ...(component ? {"app.kubernetes.io/component": component} : {}),
    "app.kubernetes.io/managed-by": "kneepoint"
  };
}

/** What selects the pods of a component. */
export function selector(plan: DeploymentPlan, component: string): Record<string, string> {
  return {"app.kubernetes.io/name": plan.name, "app.kubernetes.io/component": component};
}

export const modelLabel = (plan: DeploymentPlan) => labelValue(plan.model.servedName);

/** The token of gated models, by reference; pods start without it too. */
export function tokenEnv({hfTokenSecret}: DeploymentPlan): EnvVar[] {
  if (!hfTokenSecret) return [];
  return [{name: "HF_TOKEN", valueFrom: {secretKeyRef: {...hfTokenSecret, optional: true}}}];
}

/** Variables of a worker in a pod. */
export function workerEnv(plan: DeploymentPlan, role: RolePlan, launch: Launch): EnvVar[] {
  return [
    ...tokenEnv(plan),
    ...(plan.modelCache ? [{name: "HF_HOME", value: kubernetesText(plan.modelCache.mountPath)}] : []),
    ...launchEnv(role, launch, podPorts(plan, role.role)).map(([name, value]) => ({
      name,
      value: kubernetesText(value)
    })),
    ...(usesSideChannel(launch) ? [{name: sideChannelHost, valueFrom: {fieldRef: {fieldPath: "status.podIP"}}}] : [])
  ];
}

/** Name of the ConfigMap that holds engine configs. */
export const configName = (plan: DeploymentPlan) => `${plan.name}-config`;

/** ConfigMap of engine configs and other files; none where there are none. */
export function configMap(plan: DeploymentPlan, data: Record<string, string>): object[] {
  if (Object.keys(data).length === 0) return [];
  return [{apiVersion: "v1", kind: "ConfigMap", metadata: objectMeta(plan, configName(plan)), data}];
}

export function configVolume(plan: DeploymentPlan): Volume {
  return {
    volume: {name: "engine-config", configMap: {name: configName(plan)}},
    mount: {name: "engine-config", mountPath: plan.configFolder, readOnly: true}
  };
}

export function sharedMemoryVolume({sharedMemoryGiB}: RolePlan): Volume {
  return {
    volume: {name: "shared-memory", emptyDir: {medium: "Memory", sizeLimit: `${sharedMemoryGiB}Gi`}},
    mount: {name: "shared-memory", mountPath: "/dev/shm"}
  };
}

export function cacheVolume({modelCache}: DeploymentPlan): Volume[] {
  if (!modelCache) return [];
  return [
    {
      volume: {name: "model-cache", persistentVolumeClaim: {claimName: modelCache.claim}},
      mount: {name: "model-cache", mountPath: modelCache.mountPath}
    }
  ];
}

/** Where a pod may run and how it gets its image; keys only where there is something to say. */
export function placement({hardware, imagePullSecrets}: DeploymentPlan): Record<string, unknown> {
  const {nodeSelector, tolerations} = hardware;
  return {
    ...(Object.keys(nodeSelector).length > 0 ? {nodeSelector} : {}),
    ...(tolerations.length > 0 ? {tolerations} : {}),
    ...(imagePullSecrets.length > 0 ? {imagePullSecrets: imagePullSecrets.map((name) => ({name}))} : {})
  };
}

/** The claim through which pods of one worker share NVLink across nodes. */
export const computeClaim = "compute-domain";

/** ComputeDomain of NVIDIA's DRA driver; none where nodes do not share NVLink. */
export function computeDomain(plan: DeploymentPlan): object[] {
  if (!plan.hardware.computeDomain) return [];
  return [
    {
      apiVersion: "resource.nvidia.com/v1beta1",
      kind: "ComputeDomain",
      metadata: objectMeta(plan, domainName(plan)),
      spec: {numNodes: 0, channel: {resourceClaimTemplate: {name: channelName(plan)}}}
    }
  ];
}

const domainName = (plan: DeploymentPlan) => `${plan.name}-domain`;
const channelName = (plan: DeploymentPlan) => `${plan.name}-channel`;

/** Whether the pods of a role need the claim. */
export function sharesNvlink(plan: DeploymentPlan, {nodesPerWorker}: RolePlan): boolean {
  return plan.hardware.computeDomain && nodesPerWorker > 1;
}

export function resourceClaims(plan: DeploymentPlan, role: RolePlan): object[] {
  return sharesNvlink(plan, role) ? [{name: computeClaim, resourceClaimTemplateName: channelName(plan)}] : [];
}
