"""The same layers in fewer kernels, while gradients are taken: of a small model on a GPU, launching them is most of the time.

LoRA: PEFT casts each input to the adapter's 32 bits and, under autocast, back again, and keeps both copies for the way back. Here the
layer and its adapter are one step of autograd: the input is kept once, in the type it is computed in, and the adapter's part is
added where the layer's own result stands. Norms: transformers writes RMSNorm out in nine kernels and keeps three copies in 32 bits;
PyTorch has it as one. The same mathematics: in 32 bits the same to rounding.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any

from kgllm.errors import require


def fuse(model: Any) -> int:
    """Give every plain LoRA layer and every frozen RMSNorm of a PEFT model the shorter way; how many LoRA layers there are.

    Layers with dropout, DoRA, quantised weights or a bias of their own keep PEFT's way, and so does whatever else PEFT knows
    (adapters switched off, merged or mixed in one batch), which is looked at in each call.
    """
    layer = require("peft.tuners.lora.layer", "train")
    torch = require("torch", "train")
    count = 0
    forms: dict[Any, Any] = {}
    for one in model.modules():
        if type(one).__name__.endswith("RMSNorm") and _norm(one, forms):
            one.forward = types.MethodType(_normed, one)
        if type(one) is layer.Linear and type(one.base_layer) is torch.nn.Linear and not one.lora_variant:
            one.forward = types.MethodType(_forward, one)
            count += 1
    return count


def _forward(self: Any, x: Any, *args: Any, **more: Any) -> Any:
    torch = require("torch", "train")
    weight = self.base_layer.weight
    name = self.active_adapters[0] if len(self.active_adapters) == 1 else None
    where = x.device.type
    asked = torch.get_autocast_dtype(where) if where != "meta" and torch.is_autocast_enabled(where) else x.dtype
    if (
        not torch.is_grad_enabled()
        or args
        or more
        or name not in self.lora_A
        or self.disable_adapters
        or self.merged
        or self.lora_variant
        or asked != weight.dtype
        or weight.requires_grad
        or hasattr(weight, "full_tensor")
        or self.lora_A[name].bias is not None
        or self.lora_B[name].bias is not None
        or type(self.lora_dropout[name]) is not torch.nn.Identity
    ):
        return type(self).forward(self, x, *args, **more)
    return _lora().apply(x, weight, self.base_layer.bias, self.lora_A[name].weight, self.lora_B[name].weight, self.scaling[name])


@cache
def _lora() -> Any:
    torch = require("torch", "train")

    class Lora(torch.autograd.Function):  # type: ignore[name-defined]
        @staticmethod
        def forward(ctx: Any, x: Any, weight: Any, bias: Any, down: Any, up: Any, scale: float) -> Any:
            flat = x.to(weight.dtype).reshape(-1, x.shape[-1])
            a, b = down.to(weight.dtype), up.to(weight.dtype)
            inner = flat @ a.T
            out = torch.nn.functional.linear(flat, weight, bias).addmm_(inner, b.T, alpha=scale)
            ctx.save_for_backward(flat, inner, weight, a, b)
            ctx.shape, ctx.kinds, ctx.scale = x.shape, (x.dtype, down.dtype, up.dtype), scale
            return out.view(*x.shape[:-1], -1)

        @staticmethod
        def backward(ctx: Any, given: Any) -> tuple[Any, ...]:
            flat, inner, weight, a, b = ctx.saved_tensors
            slope = given.reshape(-1, given.shape[-1])
            back = slope @ b
            first = None
            if ctx.needs_input_grad[0]:
                first = (slope @ weight).addmm_(back, a, alpha=ctx.scale).view(ctx.shape).to(ctx.kinds[0])
            down = torch.addmm(a, back.T, flat, beta=0, alpha=ctx.scale).to(ctx.kinds[1])
            up = torch.addmm(b, slope.T, inner, beta=0, alpha=ctx.scale).to(ctx.kinds[2])
            return first, None, None, down, up, None

    return Lora


def _norm(one: Any, forms: dict[Any, Any]) -> bool:
    """Whether a module is an RMSNorm by a frozen weight, or by one more than it (Gemma's way), as a try shows once for each class."""
    torch = require("torch", "train")
    weight, eps = getattr(one, "weight", None), getattr(one, "eps", getattr(one, "variance_epsilon", None))
    if weight is None or eps is None or weight.requires_grad or weight.is_meta or hasattr(weight, "full_tensor") or not weight.numel():
        return False
    kind = type(one)
    if kind not in forms:
        tried = torch.linspace(-2, 3, weight.numel(), device=weight.device).expand(2, -1)
        with torch.no_grad():
            said = one(tried)
            forms[kind] = next((more for more in (0.0, 1.0) if _near(torch, said, tried, weight.float() + more, eps)), None)
    if forms[kind] is None:
        return False
    one._kgllm_more, one._kgllm_eps, one._kgllm_scale = forms[kind], eps, None
    return True


def _near(torch: Any, said: Any, tried: Any, scale: Any, eps: float) -> bool:
    return bool(torch.allclose(said.float(), torch.nn.functional.rms_norm(tried, scale.shape, scale, eps), rtol=1e-4, atol=1e-5))


def _normed(self: Any, x: Any) -> Any:
    torch = require("torch", "train")
    weight = self.weight
    if not torch.is_grad_enabled() or weight.requires_grad:
        return type(self).forward(self, x)
    now = (weight.data_ptr(), weight._version)  # weights may be loaded anew
    if self._kgllm_scale is None or self._kgllm_scale[0] != now:
        self._kgllm_scale = (now, weight.detach().float() + self._kgllm_more)
    scale = self._kgllm_scale[1]
    return torch.nn.functional.rms_norm(x.float(), scale.shape, scale, self._kgllm_eps).to(x.dtype)
