using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansCompute.Simulations.Tenants;

/// <summary>
/// Tenants of a simulation, from YAML: <c>halfLifeHours</c>, and <c>tenants</c>, each with <c>name</c> and where wanted <c>weight</c>,
/// <c>quota</c> and <c>guaranteed</c> (accelerators by type), <c>maxAccelerators</c>, <c>borrowingLimit</c>, <c>lendingLimit</c>,
/// <c>jobs</c> (its part of the jobs that name no tenant of the tree, relative to others; 1 where it is left out) and <c>tenants</c> below
/// it.
/// </summary>
/// <param name="Tree">The tenants.</param>
/// <param name="JobParts">Parts of the jobs, by name, of tenants that have none below them.</param>
public sealed record TenantFile(TenantTree Tree, ImmutableArray<(string Name, double Part)> JobParts)
{
    private const int MaxCharacters = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TraceFormatException">It is no YAML of this form; the message names line and column.</exception>
    /// <exception cref="ArgumentException">The tenants make no tree, or a number is out of its range; the message names all problems.</exception>
    public static TenantFile Read(string path)
    {
        using var text = new StreamReader(path);
        return Read(Path.GetFileName(path), text);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="file">What errors call it.</param>
    /// <param name="text">The text, up to a million characters.</param>
    /// <exception cref="TraceFormatException">It is no YAML of this form; the message names line and column.</exception>
    /// <exception cref="ArgumentException">The tenants make no tree, or a number is out of its range; the message names all problems.</exception>
    public static TenantFile Read(string file, TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = new char[MaxCharacters + 1];
        var length = text.ReadBlock(buffer);
        if (length > MaxCharacters)
        {
            throw new TraceFormatException(file, 1, "", $"the file has more than {MaxCharacters} characters.");
        }

        return new Reader(file).Read(new string(buffer, 0, length));
    }

    /// <summary>
    /// The same run with these tenants: jobs that name a tenant of the tree are its; the others are dealt out, in the order of their
    /// submission, so that each tenant always has its part of them. What no quota allows is refused.
    /// </summary>
    /// <exception cref="ArgumentException">A quota or a guarantee is above what the cluster has, or of a type that it does not have.</exception>
    public SimulationSetup ApplyTo(SimulationSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var cluster = setup.Cluster.WithTenants(Tree);

        // In a pool nodes come and go, and this is a warning; here they do not, and it is a slip of the pen.
        if (Tree.Warnings(cluster) is { IsEmpty: false } problems)
        {
            throw new ArgumentException(string.Join(' ', problems));
        }

        var dealt = new double[JobParts.Length];
        var total = JobParts.Sum(entry => entry.Part);
        var jobs = ImmutableArray.CreateBuilder<SimulatedJob>();
        var refused = setup.Refused.ToBuilder();
        var count = 0;
        foreach (var job in setup.Jobs.OrderBy(job => job.SubmitSeconds))
        {
            var about = job.Describe();
            job.Tenant = about.Tenant;
            if (Tree.IndexOf(about.Tenant) < 0 && total > 0)
            {
                count++;
                var next = Enumerable.Range(0, dealt.Length).MaxBy(i => (count * JobParts[i].Part / total) - dealt[i]);
                dealt[next]++;
                job.Tenant = JobParts[next].Name;
            }

            if (RequestCheck.Refusal(cluster, about with { Tenant = job.Tenant }, setup.Policy.IsElastic) is { } refusal)
            {
                refused.Add($"{job.Id} of tenant '{job.Tenant}': {refusal}");
            }
            else
            {
                jobs.Add(job);
            }
        }

        var policy = GovernedPolicy.Governs(setup.Policy) ? setup.Policy : new GovernedPolicy(setup.Policy);
        return setup with { Policy = policy, Cluster = cluster, Jobs = jobs.DrainToImmutable(), Refused = refused.DrainToImmutable() };
    }

    private sealed class Reader(string file)
    {
        private static readonly string[] TopKeys = ["halfLifeHours", "tenants"];

        private static readonly string[] Keys =
            ["name", "weight", "quota", "guaranteed", "maxAccelerators", "borrowingLimit", "lendingLimit", "jobs", "tenants"];

        private readonly List<TenantQuota> _tenants = [];
        private readonly ImmutableArray<(string, double)>.Builder _parts = ImmutableArray.CreateBuilder<(string, double)>();

        public TenantFile Read(string text)
        {
            var stream = new YamlStream();
            try
            {
                stream.Load(new StringReader(text));
            }
            catch (YamlException error)
            {
                throw new TraceFormatException(file, (int)error.Start.Line, "", $"this is no YAML: {error.Message}");
            }

            if (stream.Documents.Count != 1)
            {
                throw new TraceFormatException(file, 1, "", $"the file has {stream.Documents.Count} documents; allowed: 1.");
            }

            var top = Map(stream.Documents[0].RootNode, "the file", TopKeys);
            var hours = top.TryGetValue("halfLifeHours", out var halfLife) ? Number(halfLife, "halfLifeHours") : TenantTree.DefaultHalfLifeSeconds / 3600;
            ReadTenants(top.TryGetValue("tenants", out var tenants) ? tenants : throw Wrong(stream.Documents[0].RootNode, "tenants", "is missing; give a list."), "", 1);
            return new TenantFile(TenantTree.Create(_tenants, hours * 3600), _parts.ToImmutable());
        }

        private void ReadTenants(YamlNode node, string parent, int depth)
        {
            if (node is not YamlSequenceNode list || depth > TenantTree.MaxDepth)
            {
                throw Wrong(node, "tenants", depth > TenantTree.MaxDepth ? $"is on level {depth}; allowed 1 to {TenantTree.MaxDepth}." : "is no list of tenants.");
            }

            foreach (var item in list)
            {
                var map = Map(item, "a tenant", Keys);
                var name = map.TryGetValue("name", out var named) && named is YamlScalarNode { Value.Length: > 0 } scalar
                    ? scalar.Value! : throw Wrong(item, "name", "is missing; give each tenant a name.");
                _tenants.Add(new TenantQuota
                {
                    Name = name,
                    Parent = parent,
                    Weight = map.TryGetValue("weight", out var weight) ? Number(weight, "weight") : 1,
                    Quota = Counts(map, "quota"),
                    Guaranteed = Counts(map, "guaranteed"),
                    MaxAccelerators = Count(map, "maxAccelerators"),
                    BorrowingLimit = Count(map, "borrowingLimit"),
                    LendingLimit = Count(map, "lendingLimit"),
                });
                if (map.TryGetValue("tenants", out var below))
                {
                    ReadTenants(below, name, depth + 1);
                }
                else
                {
                    var part = map.TryGetValue("jobs", out var jobs) ? Number(jobs, "jobs") : 1;
                    _parts.Add((name, part is >= 0 and <= 1e6 ? part : throw Wrong(jobs!, "jobs", $"is {part}; allowed 0 to 1000000.")));
                }
            }
        }

        private Dictionary<string, YamlNode> Map(YamlNode node, string what, string[] allowed)
        {
            if (node is not YamlMappingNode map)
            {
                throw Wrong(node, "", $"{what} is no mapping; write 'key: value' lines.");
            }

            var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
            foreach (var (key, value) in map)
            {
                var name = (key as YamlScalarNode)?.Value ?? "";
                if (allowed.Length > 0 && !allowed.Contains(name))
                {
                    throw Wrong(key, name, $"is not known; allowed: {string.Join(", ", allowed)}.");
                }

                entries.Add(name, value);
            }

            return entries;
        }

        private ImmutableSortedDictionary<string, int> Counts(Dictionary<string, YamlNode> map, string key)
        {
            var counts = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
            if (map.TryGetValue(key, out var node))
            {
                foreach (var (type, value) in Map(node, key, []))
                {
                    counts.Add(type, Whole(value, $"{key}.{type}"));
                }
            }

            return counts.ToImmutable();
        }

        private int? Count(Dictionary<string, YamlNode> map, string key) => map.TryGetValue(key, out var node) ? Whole(node, key) : null;

        private int Whole(YamlNode node, string key) =>
            int.TryParse((node as YamlScalarNode)?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value : throw Wrong(node, key, $"is '{node}'; allowed are whole numbers.");

        private double Number(YamlNode node, string key) =>
            double.TryParse((node as YamlScalarNode)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value : throw Wrong(node, key, $"is '{node}'; allowed are numbers.");

        private TraceFormatException Wrong(YamlNode node, string key, string problem) =>
            new(file, (int)node.Start.Line, key, $"column {node.Start.Column}: {(key.Length > 0 ? $"{key} " : "")}{problem}");
    }
}
