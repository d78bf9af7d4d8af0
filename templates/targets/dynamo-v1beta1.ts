/** The same Dynamo graph in the newer version of its API. */
import type {DeploymentPlan, RolePlan} from "../plan.js";
import {dynamoDoubts, frontendComponent, graphFile, graphSteps, workerComponent, type Component} from "./dynamo.js";
import {computeClaim, objectMeta, placement, resourceClaims, sharesNvlink} from "./pod.js";
import type {Step, Target} from "./target.js";

const path = "k8s_deploy_v1beta1.yaml";

export const dynamoV1beta1: Target = {
  name: "dynamo-v1beta1",
  title: "Dynamo, API v1beta1",
  files: (plan) => [graphFile(plan, path, graph(plan))],
  steps: (plan): Step[] => [
    {text: "The cluster needs an operator that serves v1beta1; others take k8s_deploy.yaml."},
    ...graphSteps(plan, path)
  ],
  doubts: dynamoDoubts
};

function graph(plan: DeploymentPlan): object {
  return {
    apiVersion: "nvidia.com/v1beta1",
    kind: "DynamoGraphDeployment",
    metadata: objectMeta(plan, plan.name),
    spec: {
      backendFramework: plan.engine.backend,
      components: [frontend(plan), ...plan.roles.map((role) => worker(plan, role))]
    }
  };
}

function frontend(plan: DeploymentPlan): object {
  const anywhere = {...plan, hardware: {...plan.hardware, nodeSelector: {}}};
  const ports = [{name: "http", containerPort: plan.frontend.port}];
  return {
    name: "Frontend",
    type: "frontend",
    replicas: 1,
    podTemplate: podTemplate(anywhere, frontendComponent(plan), {ports})
  };
}

function worker(plan: DeploymentPlan, role: RolePlan): object {
  const gpus = {"nvidia.com/gpu": String(role.gpusPerPod)};
  const claims = sharesNvlink(plan, role) ? {claims: [{name: computeClaim}]} : {};
  return {
    name: role.service,
    type: role.role === "agg" ? "worker" : role.role,
    replicas: role.workers,
    ...(role.nodesPerWorker > 1 ? {multinode: {nodeCount: role.nodesPerWorker}} : {}),
    sharedMemorySize: `${role.sharedMemoryGiB}Gi`,
    podTemplate: podTemplate(
      plan,
      workerComponent(plan, role),
      {resources: {limits: gpus, requests: gpus, ...claims}},
      resourceClaims(plan, role)
    )
  };
}

function podTemplate(
  plan: DeploymentPlan,
  {command, args, env, volumes}: Component,
  extra: object,
  claims: readonly object[] = []
): object {
  const container = {
    name: "main",
    image: plan.images.dynamo,
    imagePullPolicy: "IfNotPresent",
    command,
    args,
    ...(env.length > 0 ? {env} : {}),
    ...extra,
    ...(volumes.length > 0 ? {volumeMounts: volumes.map(({mount}) => mount)} : {})
  };
  return {
    spec: {
      ...placement(plan),
      ...(claims.length > 0 ? {resourceClaims: claims} : {}),
      containers: [container],
      ...(volumes.length > 0 ? {volumes: volumes.map(({volume}) => volume)} : {})
    }
  };
}
