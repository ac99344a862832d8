using System.Collections.Immutable;
using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Contracts.Tests.Jobs;

public sealed class JobSpecValidatorTests
{
    public static TheoryData<string, JobSpec> Unsound => new()
    {
        { "tenant is 'A'", Good with { Tenant = "A" } },
        { "name is ''", Good with { Name = "" } },
        { "pool is 'x/y'", Good with { Pool = "x/y" } },
        { "model.name is 'M'", Good with { Model = Good.Model with { Name = "M" } } },
        { "data.dataset is '?'", Good with { Data = Good.Data with { Dataset = "?" } } },
        { "data.validation is '?'", Good with { Data = Good.Data with { Validation = "?" } } },
        { "data.version is -1; allowed: 0 to", Good with { Data = Good.Data with { Version = -1 } } },
        { "training.epochs is 0; allowed: 1 to 1000", Good with { Training = Good.Training with { Epochs = 0 } } },
        { "training.epochs is 1001;", Good with { Training = Good.Training with { Epochs = 1001 } } },
        { "training.batchSize is 0; allowed: 1 to 65536", Good with { Training = Good.Training with { BatchSize = 0 } } },
        { "training.maxBatchSize is 31; allowed: 32 to 65536", Good with { Training = Good.Training with { BatchSize = 32, MaxBatchSize = 31 } } },
        { "training.maxBatchSize is 65537; allowed: 1 to 65536", Good with { Training = Good.Training with { MaxBatchSize = 65537 } } },
        { "training.batchSize is 65537;", Good with { Training = Good.Training with { BatchSize = 65537 } } },
        { "training.learningRate is 0; allowed: above 0 to 1", Good with { Training = Good.Training with { LearningRate = 0 } } },
        { "training.learningRate is NaN", Good with { Training = Good.Training with { LearningRate = double.NaN } } },
        { "training.learningRate is 1.5", Good with { Training = Good.Training with { LearningRate = 1.5 } } },
        { "training.efficiencyWindowSeconds is 61; allowed: 0 to 60", Good with { Training = Good.Training with { EfficiencyWindowSeconds = 61 } } },
        { "training.efficiencyWindowSeconds is NaN", Good with { Training = Good.Training with { EfficiencyWindowSeconds = double.NaN } } },
        { "resources.minAccelerators is 0; allowed: 1 to 1024", Good with { Resources = new ResourceSpec { MinAccelerators = 0 } } },
        { "resources.maxAccelerators is 1; allowed: 2 to 1024", Good with { Resources = new ResourceSpec { MinAccelerators = 2 } } },
        { "resources.maxAccelerators is 1025;", Good with { Resources = new ResourceSpec { MaxAccelerators = 1025 } } },
        { "model.input has 2 numbers; allowed: 3", Good with { Model = Good.Model with { InputShape = [28, 28] } } },
        { "model.input has 0 numbers", Good with { Model = Good.Model with { InputShape = default } } },
        { "model.input is 0; allowed: 1 to 4096", Good with { Model = Good.Model with { InputShape = [1, 0, 28] } } },
        { "model.layers (count) is 0; allowed: 1 to 64", Layers() },
        { "model.layers (count) is 0", Good with { Model = Good.Model with { Layers = default } } },
        { "model.layers (count) is 65", Layers([.. Enumerable.Repeat(Dense(3), 65)]) },
        { "model.layers[0] is MaxPool; the last layer must be dense", Layers(new LayerSpec { Kind = LayerKind.MaxPool, Size = 2 }) },
        { "model.layers[0].units is 0; allowed: 1 to 65536", Layers(Dense(0)) },
        { "model.layers[0].size is 9; allowed: 2 to 8", Layers(new LayerSpec { Kind = LayerKind.MaxPool, Size = 9 }, Dense(3)) },
        { "model.layers[0].filters is 0; allowed: 1 to 1024", Layers(new LayerSpec { Kind = LayerKind.Conv, Kernel = 3 }, Dense(3)) },
        { "model.layers[0].kernel is 4; allowed: odd", Layers(new LayerSpec { Kind = LayerKind.Conv, Filters = 1, Kernel = 4 }, Dense(3)) },
        { "model.layers[0].kernel is 17; allowed: 1 to 15", Layers(new LayerSpec { Kind = LayerKind.Conv, Filters = 1, Kernel = 17 }, Dense(3)) },
        { "model.layers[0].kind is 99; allowed: Conv, MaxPool, Dense", Layers(new LayerSpec { Kind = (LayerKind)99 }, Dense(3)) },
    };

    private static JobSpec Good { get; } = new()
    {
        Tenant = "acme",
        Name = "job",
        Model = new ModelSpec { Name = "model", InputShape = [1, 28, 28], Layers = [Dense(10)] },
        Data = new DataSpec { Dataset = "data", Validation = "checks" },
        Training = new TrainingSpec { Epochs = 1, BatchSize = 1 },
    };

    [Fact]
    public void Validate_WhenSound_FindsNothing() => Assert.Empty(JobSpecValidator.Validate(Good));

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Validate_WhenOneFieldIsWrong_NamesItOnce(string expected, JobSpec spec)
    {
        var problem = Assert.Single(JobSpecValidator.Validate(spec));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenSeveralFieldsAreWrong_NamesAll()
    {
        var problems = JobSpecValidator.Validate(Good with { Name = "", Pool = "", Training = new TrainingSpec { Epochs = 0, BatchSize = 0 } });
        Assert.Equal(4, problems.Count);
    }

    private static LayerSpec Dense(int units) => new() { Kind = LayerKind.Dense, Units = units };

    private static JobSpec Layers(params ImmutableArray<LayerSpec> layers) => Good with { Model = Good.Model with { Layers = layers } };
}
