namespace OrleansCompute.Cli.Demo;

/// <summary>What must hold for the demo to have succeeded.</summary>
internal static class DemoChecks
{
    private const double LeastAccuracy = 0.87;

    /// <summary>A sentence for everything that does not hold; empty where the demo succeeded.</summary>
    /// <param name="summary">What was reached.</param>
    /// <param name="target">What it must have reached.</param>
    /// <param name="distinctImages">Different images that were classified.</param>
    /// <param name="inferencesMade">Inferences that the agents say they made.</param>
    public static IReadOnlyList<string> Failures(DemoSummary summary, DemoTarget target, long distinctImages, long inferencesMade)
    {
        var failures = new List<string>();
        if (summary.Accuracy < LeastAccuracy)
        {
            failures.Add($"accuracy is {summary.Accuracy:0.0000}; at least {LeastAccuracy} is needed.");
        }

        var trained = summary.Nodes.Where(node => node.Share > 0).DistinctBy(node => node.Name).Count();
        if (trained != target.Nodes)
        {
            failures.Add($"{trained} of {target.Nodes} nodes took part in the training.");
        }

        failures.AddRange(summary.Agents.Where(agent => agent.ModelVersion != target.ModelVersion)
            .Select(agent => $"{agent.Id} runs model version {agent.ModelVersion}; {target.ModelVersion} is needed."));
        var classified = summary.Agents.Sum(agent => agent.Inferences);
        if (classified != target.Images || distinctImages != target.Images || inferencesMade != target.Images)
        {
            failures.Add(
                $"{inferencesMade} inferences made, {classified} results of {distinctImages} images stored; each of {target.Images} images once is needed.");
        }

        if (summary.Telemetry.Sent != target.Readings)
        {
            failures.Add($"{summary.Telemetry.Sent} of {target.Readings} readings were sent.");
        }

        if (summary.Telemetry.Stored != summary.Telemetry.Sent)
        {
            failures.Add($"{summary.Telemetry.Stored} readings are stored; {summary.Telemetry.Sent} were sent.");
        }

        if (!summary.TamperedPackageRefused)
        {
            failures.Add("the tampered package was not refused.");
        }

        return failures;
    }
}
