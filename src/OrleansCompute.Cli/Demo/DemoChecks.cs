namespace OrleansCompute.Cli.Demo;

/// <summary>What must hold for the demo to have succeeded.</summary>
internal static class DemoChecks
{
    private const double LeastAccuracy = 0.87;

    /// <summary>A sentence for everything that does not hold; empty where the demo succeeded.</summary>
    /// <param name="summary">What was reached.</param>
    /// <param name="modelVersion">Version that every agent must run.</param>
    /// <param name="images">Images that must have been classified, each once.</param>
    /// <param name="distinctImages">Different images that were classified.</param>
    /// <param name="readings">Readings that must have been sent.</param>
    public static IReadOnlyList<string> Failures(DemoSummary summary, int modelVersion, long images, long distinctImages, long readings)
    {
        var failures = new List<string>();
        if (summary.Accuracy < LeastAccuracy)
        {
            failures.Add($"accuracy is {summary.Accuracy:0.0000}; at least {LeastAccuracy} is needed.");
        }

        failures.AddRange(summary.Agents.Where(agent => agent.ModelVersion != modelVersion)
            .Select(agent => $"{agent.Id} runs model version {agent.ModelVersion}; {modelVersion} is needed."));
        var classified = summary.Agents.Sum(agent => agent.Inferences);
        if (classified != images || distinctImages != images)
        {
            failures.Add($"{classified} results of {distinctImages} images; each of {images} images once is needed.");
        }

        if (summary.Telemetry.Sent != readings)
        {
            failures.Add($"{summary.Telemetry.Sent} of {readings} readings were sent.");
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
