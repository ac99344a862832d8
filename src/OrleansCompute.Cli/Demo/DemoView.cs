using System.Globalization;
using OrleansCompute.Cli.Commands;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Inferences;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Models;
using OrleansCompute.Contracts.Rollouts;
using OrleansCompute.Silo;
using Spectre.Console;

namespace OrleansCompute.Cli.Demo;

/// <summary>What the demo prints.</summary>
internal sealed class DemoView(CommandContext context)
{
    public void Begin(DemoOptions options) => Line("demo", $"data in {options.DataFolder}");

    public void Server(FabricServer server)
    {
        Line("server", $"dashboard  {server.CreateSignInLink()}");
        Line("", $"mqtt       {server.MqttEndpoint}");
    }

    public void Fleet(DemoFleet fleet) => Line(
        "edge", $"{fleet.Devices.Count} agents connected: {string.Join(", ", fleet.Devices.Zip(fleet.ProcessIds, (device, id) => $"{device} (process {id})"))}");

    public void Job(JobStatus job) => Line(
        "training", $"job {job.Spec.Tenant}/{job.Spec.Name}: {job.Spec.Training.Epochs} epochs, {job.Spec.Training.BatchSize} images a step, on {job.Spec.Resources.MaxAccelerators} accelerators");

    public void Model(ModelVersion model) => Line(
        "model",
        $"{model.Name} v{model.Version}: {Tables.Number(model.SizeBytes)} bytes, SHA-256 {model.Sha256[..12]}…, signed, accuracy {Tables.Percent(model.Metrics.GetValueOrDefault("accuracy"))} on the test images");

    public void Rollout(RolloutStatus rollout) => Line(
        "roll-out", $"{string.Join(" → ", rollout.Devices.GroupBy(device => device.Wave).Select(wave => string.Join(", ", wave.Select(device => device.Device))))}: {rollout.Reason}");

    public void Inferences(InferenceSummary summary) => Line(
        "inference", $"{Tables.Number(summary.Count)} images classified at the edge, accuracy {Tables.Percent(summary.AccuracyFraction ?? 0)}");

    public void Readings(IReadOnlyList<DeviceStatus> devices) => Line(
        "telemetry", $"{Tables.Number(devices.Sum(device => device.Readings))} readings acknowledged, stored and in the twins");

    public void Tampered(TamperTrial.Outcome outcome) => Line(
        "tampering", outcome.Refused ? $"one bit flipped on the way: refused and rolled back. {outcome.Detail}" : $"NOT refused. {outcome.Detail}");

    public void Summary(DemoSummary summary, IReadOnlyList<string> failures)
    {
        context.Line("");
        var nodes = Tables.Create("NODE", "ACCELERATOR", ">GFLOP/S", ">SHARE", ">IMAGES/S");
        foreach (var node in summary.Nodes)
        {
            nodes.Row(node.Name, node.Accelerator, Tables.Number(node.ScoreGflops, 1), Tables.Percent(node.Share), Tables.Number(node.ImagesPerSecond));
        }

        nodes.Row("together", $"efficiency {Tables.Percent(summary.HeterogeneousEfficiency)}", "", "", Tables.Number(summary.TrainImagesPerSecond));
        context.Output.Write(nodes);
        var agents = Tables.Create("AGENT", ">MODEL", ">INFERENCES", ">ACCURACY", ">P50 MS", ">P99 MS");
        foreach (var agent in summary.Agents)
        {
            agents.Row(
                agent.Id,
                $"v{agent.ModelVersion}",
                Tables.Number(agent.Inferences),
                Tables.Percent(agent.Accuracy),
                Tables.Number(agent.LatencyP50Ms, 2),
                Tables.Number(agent.LatencyP99Ms, 2));
        }

        context.Output.Write(agents);
        Line("accuracy", Tables.Percent(summary.Accuracy));
        Line("telemetry", $"{Tables.Number(summary.Telemetry.Sent)} sent, {Tables.Number(summary.Telemetry.Stored)} stored, {Tables.Number(summary.Telemetry.TwinUpdates)} twin updates");
        Line("alarms", $"{summary.Alarms.Raised} raised, {summary.Alarms.TrueEventsHit} true events hit, {summary.Alarms.FalseAlarms} false");
        Line("tampering", summary.TamperedPackageRefused ? "refused" : "NOT refused");
        Line("usage", string.Create(CultureInfo.InvariantCulture, $"{summary.Usage.AcceleratorSeconds:0.0} accelerator seconds, {summary.Usage.Amount:0.00} {summary.Usage.Currency}"));
        Line("took", $"{Tables.Number(summary.WallSeconds, 1)} s, peak memory {Tables.Number(summary.PeakMemoryBytes / 1e6)} MB in 4 processes");
        context.Line("");
        foreach (var failure in failures)
        {
            Line("FAILED", failure);
        }

        if (failures.Count == 0)
        {
            Line("done", "everything that was asked for was achieved.");
        }
    }

    public void Keep(FabricServer server, DemoOptions options)
    {
        Line("running", $"dashboard  {server.CreateSignInLink()}");
        Line("", $"commands   oc smi --data {options.DataFolder}");
        Line("", "Ctrl-C stops everything.");
    }

    private void Line(string label, string text) => context.Line($"{label,-12}{text}");
}
