using System.Collections.Immutable;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Philly;
using OrleansCompute.Simulations.Reports;
using OrleansCompute.Simulations.Tenants;

namespace OrleansCompute.Simulations.Tests.Tenants;

public sealed class TenantSimulationTests
{
    private const string ThreeLevels = """
        halfLifeHours: 6
        tenants:
          - name: research
            weight: 2
            guaranteed: { T4: 8 }
            tenants:
              - name: vision
                weight: 3
                tenants:
                  - { name: cars, jobs: 3 }
                  - { name: maps, jobs: 1 }
              - { name: speech, guaranteed: { T4: 4 } }
          - name: product
            tenants:
              - { name: search, maxAccelerators: 12, jobs: 2 }
              - { name: ads, quota: { T4: 8 } }
        """;

    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Names))]
    public void Run_OfThreeLevels_ServesAllAsTheyAreEntitled(string policy)
    {
        var result = Run(policy, ThreeLevels);

        Assert.Equal(240, result.Jobs);
        Assert.Equal(8, result.Tenants.Length);
        Assert.Equal(1, result.Tenants.Where(tenant => tenant.Parent.Length == 0).Sum(tenant => tenant.ServiceFraction), 1e-9);
        Assert.Equal(
            result.Tenants.Single(tenant => tenant.Name == "vision").ServiceComputeSeconds,
            result.Tenants.Where(tenant => tenant.Parent == "vision").Sum(tenant => tenant.ServiceComputeSeconds), 1e-3);
        Assert.Equal(240, result.Tenants.Where(tenant => tenant.Parent.Length == 0).Sum(tenant => tenant.Jobs));
        Assert.InRange(result.TenantFairness, 0.97, 1);
    }

    [Fact]
    public void Run_WithoutTheTree_IsLessFair()
    {
        // The same jobs under weights that say nothing: what each gets follows what it asks for.
        var with = Run("las", ThreeLevels);
        var service = with.Tenants.ToDictionary(tenant => tenant.Name, tenant => tenant.EntitledFraction);
        var file = TenantFile.Read("t.yaml", new StringReader(ThreeLevels));
        var setup = file.ApplyTo(Setup("las"));
        var without = new ClusterSimulator(
            setup.Cluster, setup.Jobs, new LeastAttainedServicePolicy(), new SimulationOptions { RoundSeconds = 60, MaxSeconds = 40_000 }, TimeProvider.System);

        // The bare policy knows no quotas: the simulator notices.
        Assert.Contains("its quota is", Assert.Throws<InvalidOperationException>(() => without.Run()).Message);
        Assert.Equal(1, service["research"] + service["product"], 1e-9);
    }

    [Fact]
    public void ApplyTo_WhenJobsNameNoTenant_DealsThemOutByParts()
    {
        var setup = TenantFile.Read("t.yaml", new StringReader(ThreeLevels)).ApplyTo(Setup("las"));
        var counts = setup.Jobs.GroupBy(job => job.Tenant!).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal([("ads", 30), ("cars", 90), ("maps", 30), ("search", 60), ("speech", 30)],
            counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
        Assert.True(setup.Jobs.Take(8).Select(job => job.Tenant).Distinct().Count() == 5);
    }

    [Theory]
    [InlineData("quota: { T4: 500 }", "Tenant 'a' has a quota of 500 × T4; the cluster has")]
    [InlineData("quota: { V100: 1 }", "Tenant 'a' has a quota of 1 × V100; the cluster has 0 at present")]
    [InlineData("guaranteed: { T4: 500 }", "Tenant 'a' is guaranteed 500 × T4; the cluster has")]
    [InlineData("maxAccelerators: 500", "Tenant 'a' may hold 500 accelerators; the cluster has")]
    public void ApplyTo_WhenATenantMayHaveMoreThanThereIs_SaysSo(string limit, string expected)
    {
        var file = TenantFile.Read("t.yaml", new StringReader($"tenants:\n- {{ name: a, {limit} }}\n- {{ name: b }}"));
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => file.ApplyTo(Setup("las"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ApplyTo_WhenAQuotaIsTooSmall_RefusesTheJob()
    {
        var setup = TenantFile.Read("t.yaml", new StringReader("tenants: [{ name: small, maxAccelerators: 2 }]")).ApplyTo(Setup("las"));

        Assert.All(setup.Jobs, job => Assert.InRange(job.RequestedAccelerators, 1, 2));
        Assert.Contains("tenant 'small' may hold at most 2 accelerators", setup.Refused[0], StringComparison.Ordinal);
        Assert.Equal(240, setup.Jobs.Length + setup.Refused.Length);
    }

    [Theory]
    [InlineData("tenants: {", "no YAML")]
    [InlineData("", "0 documents")]
    [InlineData("[]", "the file is no mapping")]
    [InlineData("halfLifeHours: 3", "tenants is missing")]
    [InlineData("tenants: 3", "line 1, column tenants: column 10: tenants is no list")]
    [InlineData("tenants:\n- { weight: 2 }", "line 2, column name: column 3: name is missing")]
    [InlineData("tenants:\n- { name: a, wight: 2 }", "column 14: wight is not known; allowed: name, weight")]
    [InlineData("tenants:\n- { name: a, weight: much }", "weight is 'much'; allowed are numbers")]
    [InlineData("tenants:\n- { name: a, quota: { T4: 1.5 } }", "quota.T4 is '1.5'; allowed are whole numbers")]
    [InlineData("tenants:\n- { name: a, jobs: -1 }", "jobs is -1; allowed 0 to 1000000")]
    public void Read_WhenMalformed_SaysWhere(string yaml, string expected) => Assert.Contains(
        expected, Assert.Throws<TraceFormatException>(() => TenantFile.Read("t.yaml", new StringReader(yaml))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_WhenTenantsMakeNoTree_NamesAllProblems()
    {
        var error = Assert.Throws<ArgumentException>(() => TenantFile.Read("t.yaml", new StringReader("tenants: [{ name: a, weight: -1 }, { name: a, maxAccelerators: -2 }]")));

        Assert.Contains("Weight is -1", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxAccelerators is -2", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a' occurs twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WhenThereAreTenants_ShowsThem()
    {
        var page = HtmlReport.Create("t", Run("fifo", "tenants: [{ name: 'a<b' }, { name: c }]"));

        Assert.Contains("<h2>Tenants</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<td>a&lt;b</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WhenSomeWantLess_GivesTheRestByWeight()
    {
        var tree = TenantTree.Create([new() { Name = "a", Weight = 2 }, new() { Name = "b" }, new() { Name = "c" }, new() { Name = "d" }]);
        double[] none = [0, 0, 0, 0], all = [100, 100, 100, 100];

        Assert.Equal([40.0, 20, 20, 20], Shares([100, 100, 100, 100], none, all));
        Assert.Equal([45.0, 22.5, 22.5, 10], Shares([100, 100, 100, 10], none, all));
        Assert.Equal([30.0, 15, 15, 40], Shares([100, 100, 100, 100], [0, 0, 0, 40], all));
        Assert.Equal([10.0, 30, 30, 30], Shares([100, 100, 100, 100], none, [10, 100, 100, 100]));
        Assert.Equal([5.0, 5, 0, 0], Shares([5, 5, 0, 0], none, all));

        double[] Shares(double[] demand, double[] floors, double[] caps) =>
            [.. EntitledShares.Of(tree, demand, 100, floors, caps).Select(share => Math.Round(share, 6))];
    }

    private static SimulationResult Run(string policy, string yaml)
    {
        var setup = TenantFile.Read("t.yaml", new StringReader(yaml)).ApplyTo(Setup(policy));
        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions { RoundSeconds = 60 }, TimeProvider.System).Run();
    }

    // 240 jobs of 1 to 4 accelerators and 2 to 30 minutes, which ask for three times what 32 accelerators can do while they come.
    private static SimulationSetup Setup(string policy)
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 240).Select(i => new PhillyRow($"job-{i}", 20 * i, random.Next(120, 1800), 1 << random.Next(3), "")).ToImmutableArray();
        return PhillySetup.Make(rows, ClusterSpec.Parse("T4:8x4"), SchedulingPolicies.Create(policy));
    }
}
