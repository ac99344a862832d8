using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Gateway.Jobs;

/// <summary>Reads a network alone, written as in a job: <c>input</c>, <c>layers</c> and, if wanted, <c>name</c>. Strict, pure, thread-safe.</summary>
public static class ModelSpecYaml
{
    /// <summary>Reads a network; what is wrong with it comes with line, column, value and allowed range.</summary>
    /// <param name="yaml">At most 65,536 characters.</param>
    public static ModelSpecYamlResult Parse(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        if (YamlTree.Read(yaml, out var unreadable) is not { } root)
        {
            return new ModelSpecYamlResult(null, [unreadable]);
        }

        var problems = new List<string>();
        var spec = new YamlFields(root, "the network", problems).Read(fields => JobSpecYaml.ReadNetwork(fields, fields.Text("name", "network")));
        if (problems.Count == 0)
        {
            // The validator names fields as they are in a job.
            const string Prefix = "model.";
            problems.AddRange(ModelSpecValidator.Validate(spec!).Select(problem => YamlPlaces.Locate(root, problem.StartsWith(Prefix, StringComparison.Ordinal) ? problem[Prefix.Length..] : problem)));
        }

        return problems.Count == 0 ? new ModelSpecYamlResult(spec, []) : new ModelSpecYamlResult(null, problems);
    }
}
