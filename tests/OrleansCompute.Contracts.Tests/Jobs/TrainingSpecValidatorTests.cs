using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Contracts.Tests.Jobs;

public sealed class TrainingSpecValidatorTests
{
    private static readonly TrainingSpec Good = new() { Epochs = 1, BatchSize = 1 };

    public static TheoryData<string, TrainingSpec> Unsound => new()
    {
        { "training.learningRate is 1.5; allowed: above 0 to 1.", Good with { LearningRate = 1.5 } },
        { "training.learningRate is 11; allowed: above 0 to 10.", Good with { LearningRate = 11, Optimizer = new() { Name = "sgd" } } },
        { "training.clipNorm is 0; allowed: above 0 to 1000000000.", Good with { ClipNorm = 0 } },
        { "training.clipValue is NaN; allowed: above 0 to", Good with { ClipValue = double.NaN } },
        { "training.ema is 1; allowed: 0 to below 1.", Good with { Ema = 1 } },
        { "training.precision is 'int8'; allowed: float32, float16, bfloat16.", Good with { Precision = "int8" } },
        { "training.lossScale is 0.5; allowed: 1 to 16777216.", Good with { Precision = "float16", LossScale = 0.5 } },
        { "training.lossScale is 8 with training.precision float32; allowed: with float16 only", Good with { LossScale = 8 } },
        { "training.checkFinite is true with training.precision bfloat16; allowed: with float32 only", Good with { CheckFinite = true, Precision = "bfloat16" } },
        { "training.optimizer.name is 'adagrad'; allowed: sgd, adam, adamw, lamb, lars.", Good with { Optimizer = new() { Name = "adagrad" } } },
        { "training.optimizer.momentum is 1; allowed: 0 to below 1.", Good with { Optimizer = new() { Name = "sgd", Momentum = 1 } } },
        { "training.optimizer.momentum is given for 'adam'; allowed: for sgd, lars only", Good with { Optimizer = new() { Momentum = 0.9 } } },
        { "training.optimizer.nesterov is given for 'lars'; allowed: for sgd only", Good with { Optimizer = new() { Name = "lars", Nesterov = true } } },
        { "training.optimizer.momentum is 0 with nesterov; allowed: above 0 to below 1.", Good with { Optimizer = new() { Name = "sgd", Nesterov = true, Momentum = 0 } } },
        { "training.optimizer.weightDecay is -0.1; allowed: 0 to 1.", Good with { Optimizer = new() { WeightDecay = -0.1 } } },
        { "training.optimizer.beta1 is 1; allowed: 0 to below 1.", Good with { Optimizer = new() { Beta1 = 1 } } },
        { "training.optimizer.beta2 is given for 'sgd'", Good with { Optimizer = new() { Name = "sgd", Beta2 = 0.9 } } },
        { "training.optimizer.epsilon is 0; allowed: above 0 to 1.", Good with { Optimizer = new() { Epsilon = 0 } } },
        { "training.optimizer.trustCoefficient is 2; allowed: above 0 to 1.", Good with { Optimizer = new() { Name = "lars", TrustCoefficient = 2 } } },
        { "training.schedule.name is 'zigzag'; allowed: constant, cosine, linear, polynomial, step, exponential, onecycle.", Good with { Schedule = new() { Name = "zigzag" } } },
        { "training.schedule.warmUpSteps is 10; allowed: 0 to 9.", Good with { Schedule = new() { Name = "cosine", WarmUpSteps = 10, TotalSteps = 10 } } },
        { "training.schedule.final is 0.01; allowed: 0 to 0.001.", Good with { Schedule = new() { Name = "linear", Final = 0.01 } } },
        { "training.schedule.power is 17; allowed: above 0 to 16.", Good with { Schedule = new() { Name = "polynomial", Power = 17 } } },
        { "training.schedule.every is missing with the schedule step; allowed: 1 to", Good with { Schedule = new() { Name = "step" } } },
        { "training.schedule.factor is missing with the schedule exponential; allowed: above 0 to 1.", Good with { Schedule = new() { Name = "exponential" } } },
        { "training.schedule.risingFraction is 1; allowed: above 0 to 0.99.", Good with { Schedule = new() { Name = "onecycle", RisingFraction = 1 } } },
        { "training.schedule.every is given for 'cosine'; allowed: for step only", Good with { Schedule = new() { Name = "cosine", Every = 3 } } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Validate_WhenOneFieldIsWrong_NamesItOnce(string expected, TrainingSpec spec)
    {
        var problem = Assert.Single(TrainingSpecValidator.Validate(spec));

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenSound_FindsNothing() => Assert.Empty(TrainingSpecValidator.Validate(Good));
}
